import { expect, it } from 'vitest'
import { stepsToPatch, toPointer, toValue } from './patch-steps.ts'

it.each([
  ['$.items[0].sku', '/items/0/sku'],
  ['items.0', '/items/0'],
  ['/already/one', '/already/one'],
  ['$["a/b"]["c~d"]', '/a~1b/c~0d'],
  ['[0]', '/0'],
  ['$', ''],
  ['', ''],
])('%s is the pointer %s', (typed, pointer) => {
  expect(toPointer(typed)).toBe(pointer)
})

it('a value is JSON where it is JSON, else the text as typed', () => {
  expect([toValue('12.5'), toValue('"12"'), toValue('EUR'), toValue('null')]).toEqual([
    12.5,
    '12',
    'EUR',
    null,
  ])
})

it('says what is missing instead of sending half a change', () => {
  const step = { key: 1, op: 'replace' as const, path: '$.a', from: '', value: '' }

  expect(stepsToPatch([step])).toEqual({ missing: 'say which value.' })
  expect(stepsToPatch([{ ...step, op: 'remove', path: '' }])).toEqual({ missing: 'say what to remove.' })
  expect(stepsToPatch([{ ...step, op: 'move', path: '' }])).toEqual({ missing: 'say from where.' })
  expect(stepsToPatch([{ ...step, op: 'move', path: '', from: '[0]' }])).toEqual({
    patch: [{ op: 'move', from: '/0', path: '' }],
  })
})
