import fc from 'fast-check'
import { expect, test } from 'vitest'
import { diffInputs } from './diff-inputs.ts'

test('names what was added, removed and changed by its path', () => {
  const before = { name: 'a', tags: { x: '1', gone: '2' }, list: [1, 2], same: { deep: true } }
  const after = { name: 'b', tags: { x: '1', fresh: '3' }, list: [2, 1], same: { deep: true }, more: 1 }

  expect(diffInputs(before, after)).toEqual({
    name: 'update',
    'tags.gone': 'delete',
    'tags.fresh': 'add',
    list: 'update',
    more: 'add',
  })
})

test('files differ by content, not by path', () => {
  const file = (path: string, assetHash: string) => ({ source: { path, assetHash } })

  expect(diffInputs(file('/a.zip', 'h'), file('/b.zip', 'h'))).toEqual({})
  expect(diffInputs(file('/a.zip', 'h'), file('/a.zip', 'i'))).toEqual({ source: 'update' })
})

test('nothing differs from itself, with its keys in another order and empty fields added', () => {
  const json = fc.dictionary(fc.string({ minLength: 1 }), fc.jsonValue())
  fc.assert(
    fc.property(json, (value) => {
      const shuffled = Object.fromEntries(Object.entries(value).reverse())
      expect(diffInputs(value, { ...shuffled, '\u0000empty': undefined })).toEqual({})
    }),
  )
})
