import { expect, it } from 'vitest'
import { ApiError } from './call-api.ts'
import { changedKeys } from './changed-keys.ts'
import { pollEvery } from './poll-every.ts'

it('only nouns whose version moved are read again, and the list of messages never by itself', () => {
  expect(changedKeys(undefined, { operations: 4 })).toEqual([])
  expect(changedKeys({ operations: 4, topics: 1 }, { operations: 5, topics: 1 })).toEqual([['operations']])
  expect(changedKeys({ dead_letters: 1 }, { dead_letters: 2 })).not.toContainEqual(['dead-letters', 'list'])
  expect(changedKeys({}, { unheard_of: 1 })).toEqual([])
})

it('polling backs off while the API fails, and stops where asking again changes nothing', () => {
  const state = (status: 'success' | 'error', error: Error | null, errorUpdateCount: number) =>
    ({ state: { status, error, errorUpdateCount, fetchFailureCount: 0 } }) as unknown as Parameters<
      ReturnType<typeof pollEvery>
    >[0]
  const away = new ApiError('away', { status: 503, code: 'UNAVAILABLE' })
  const poll = pollEvery(5_000, () => true)

  expect(poll(state('success', null, 0))).toBe(5_000)
  expect(pollEvery(5_000, () => false)(state('success', null, 0))).toBeGreaterThan(5_000)
  expect(poll(state('error', away, 1))).toBe(7_500)
  expect(poll(state('error', away, 30))).toBe(60_000)
  expect(poll(state('error', new ApiError('no', { status: 403, code: 'FORBIDDEN' }), 1))).toBe(false)
})
