import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { findJsonText } from './find-json-text.ts'

describe('findJsonText', () => {
  it('finds the text of every value, as JSON.parse would', () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.string({ unit: 'binary' }), fc.jsonValue()),
        fc.constantFrom(undefined, 1, '\t'),
        (object, indent) => {
          const text = JSON.stringify(object, null, indent)
          for (const [name, value] of Object.entries(object)) {
            const found = findJsonText(text, [name])
            expect(found && JSON.parse(found)).toEqual(JSON.parse(JSON.stringify(value)))
          }
        },
      ),
    )
  })

  it('is undefined for what is absent, and for paths through scalars and lists', () => {
    const text = '{"a":{"b":1},"l":[{"b":2}],"s":"{\\"b\\":3}"}'
    for (const path of [['x'], ['a', 'x'], ['a', 'b', 'c'], ['l', 'b'], ['l', '0'], ['s', 'b']])
      expect(findJsonText(text, path)).toBeUndefined()
  })

  it('keeps the source text of a number', () => {
    for (const n of ['5.50', '-0', '1e2', '12345678901234567890', '0.1000'])
      expect(findJsonText(`{ "a" : { "n" :\n${n} } }`, ['a', 'n'])).toBe(n)
  })

  it('takes the last of duplicate names at every level, also when written with escapes', () => {
    expect(findJsonText('{"a":{"n":1},"a":{"n":2,"\\u006e":3}}', ['a', 'n'])).toBe('3')
  })

  it('is not confused by quotes, brackets and backslashes in strings', () => {
    expect(findJsonText('{"x":"}],\\"\\\\","y":["]}"],"n":7}', ['n'])).toBe('7')
  })
})
