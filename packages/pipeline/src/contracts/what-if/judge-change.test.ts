import { makeContract } from '@lean-ops/common/odcs/testing/make-contract'
import { expect, it } from 'vitest'
import { judgeChange } from './judge-change.ts'

const column = (logicalType: string, more: object = {}) => [{ name: 'n', logicalType, ...more }]
const asText = makeContract({ properties: column('string') })
const asWhole = makeContract({ version: '2.0.0', properties: column('integer') })
const asMoney = makeContract({
  version: '2.0.0',
  properties: column('number', { physicalType: 'decimal(9,2)' }),
})

it.each([
  ['a number that was text before', '{"id":"a","n":1}', asText, asWhole, 'unchanged'],
  ['no number', '{"id":"a","n":"x"}', asText, asWhole, 'newlyFails'],
  ['no number, the other way', '{"id":"a","n":"x"}', asWhole, asText, 'heals'],
  ['another text of the same number', '{"id":"a","n":7}', asWhole, asMoney, 'changesValue'],
  ['a missing key', '{"n":1}', asText, asWhole, 'stillFails'],
  ['no message', '[1]', asText, asWhole, 'unreadable'],
] as const)('%s: %s', (_name, body, current, candidate, fate) => {
  expect(judgeChange(body, current, candidate).fate).toBe(fate)
})

it('a closed gate has no verdict to lose: rows enter, or fail for the first time', () => {
  const closed = { ...asText, status: 'draft' as const }

  expect(judgeChange('{"id":"a","n":1}', closed, asWhole).fate).toBe('enters')
  expect(judgeChange('{"id":"a","n":1}', undefined, asWhole).fate).toBe('enters')
  expect(judgeChange('{"id":"a","n":"x"}', undefined, asWhole)).toMatchObject({
    fate: 'newlyFails',
    faults: [{ column: 'n', code: 'TYPE_CAST' }],
  })
})
