import { expect, it } from 'vitest'
import { diffToPatch } from './diff-to-patch.ts'

it('holds only what was changed, in any formatting', () => {
  const before = '{"orderId":"1027","amount":1234.500,"items":[{"sku":"A"},{"sku":"B"}],"a/b":1}'
  const after = `{
    "orderId": "1028", "amount": 1234.500,
    "items": [{"sku": "A", "quantity": 2}, {"sku": "B"}], "a/b": 2, "note": null
  }`

  expect(diffToPatch(before, after)).toEqual({
    ok: true,
    patch: [
      { op: 'replace', path: '/orderId', value: '1028' },
      { op: 'add', path: '/items/0/quantity', value: 2 },
      { op: 'replace', path: '/a~1b', value: 2 },
      { op: 'add', path: '/note', value: null },
    ],
  })
})

it('takes members out of a list from its end', () => {
  expect(diffToPatch('[1,2,3,4]', '[1]')).toEqual({
    ok: true,
    patch: [
      { op: 'remove', path: '/3' },
      { op: 'remove', path: '/2' },
      { op: 'remove', path: '/1' },
    ],
  })
})

it('sees a number that is written differently as changed, and a string that is escaped differently as the same', () => {
  expect(diffToPatch('{"n":1.50,"s":"\\u0041"}', '{"n":1.5,"s":"A"}')).toEqual({
    ok: true,
    patch: [{ op: 'replace', path: '/n', value: 1.5 }],
  })
})

it('leaves masked values alone and refuses to write the mask anywhere else', () => {
  const before = '{"email":"•••","name":"x"}'

  expect(diffToPatch(before, '{"email":"•••","name":"y"}')).toMatchObject({
    ok: true,
    patch: [{ op: 'replace', path: '/name', value: 'y' }],
  })
  expect(diffToPatch(before, '{"email":"•••","name":"•••"}')).toMatchObject({ ok: false, reason: 'masked' })
})

it('refuses what is not JSON and numbers that would lose digits', () => {
  expect(diffToPatch('{"a":1}', '{"a":}')).toMatchObject({ ok: false, reason: 'invalid' })
  expect(diffToPatch('{"a":1}', '{"a":12345678901234567890}')).toMatchObject({
    ok: false,
    reason: 'unsafe_number',
  })
})
