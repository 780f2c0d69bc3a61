import { describe, expect, it } from 'vitest'
import { filterQuery } from '../../../queries/dead-letters.ts'
import { parseSearch } from './parse-search.ts'
import { filterOf } from './search-params.ts'

const nothing = {
  topic: [],
  owner: [],
  stage: [],
  code: [],
  fingerprint: [],
  status: [],
  messageId: [],
  last: null,
  failedFrom: null,
  failedTo: null,
  attemptsMin: null,
  text: null,
  path: null,
  pathValue: null,
}

describe('what is typed into the search box', () => {
  it.each([
    ['', { text: null, path: null, pathValue: null }],
    ['timeout', { text: 'timeout', path: null, pathValue: null }],
    ['$.customer.id = 42', { text: null, path: '$.customer.id', pathValue: '42' }],
    ['$.items[0].sku = "A 1"', { text: null, path: '$.items[0].sku', pathValue: 'A 1' }],
    ['id:abc-1', { text: null, path: null, pathValue: null, messageId: ['abc-1'] }],
    [
      '7f3a0c11-52ad-4b51-9d1c-0d6f4f6f0c11',
      { text: null, path: null, pathValue: null, messageId: ['7f3a0c11-52ad-4b51-9d1c-0d6f4f6f0c11'] },
    ],
  ])('%s', (typed, change) => {
    expect(parseSearch(typed)).toEqual(change)
  })
})

describe('the filter of an address', () => {
  it('means the open ones when it names no status, and every status when it says so', () => {
    expect(filterOf(nothing)).toEqual({ status: ['open'] })
    expect(filterOf({ ...nothing, status: ['all'] })).toEqual({})
    expect(filterOf({ ...nothing, status: ['discarded'] })).toEqual({ status: ['discarded'] })
  })

  it('an absolute window replaces the relative one, and half a path is none', () => {
    const state = { ...nothing, last: '24h', failedFrom: '2026-11-23T00:00:00Z', path: '$.a' }

    expect(filterOf(state)).toEqual({ status: ['open'], failedFrom: '2026-11-23T00:00:00Z' })
  })

  it('is one text, whatever the order of its parts', () => {
    expect(filterQuery({ topic: ['a', 'b'], code: ['X'] })).toBe('code=X&topic=a&topic=b')
    expect(filterQuery({ code: ['X'], topic: ['a', 'b'] })).toBe('code=X&topic=a&topic=b')
  })
})
