import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { maskJsonText, maskToken } from './mask-json-text.ts'

const nothing = () => false
const everything = () => true

describe('maskJsonText', () => {
  it('hides values and keeps keys, white space, order and repeated keys', () => {
    const text = '{ "a": 1.50,\n "b": ["x", {"c": true}], "a": null, "d": {} }'

    expect(maskJsonText(text, nothing)).toBe(
      '{ "a": "•••",\n "b": ["•••", {"c": "•••"}], "a": null, "d": {} }',
    )
  })

  it('keeps the exact digits of what is clear', () => {
    const text = '{"id":9007199254740993,"amount":1234.500,"email":"ana@example.test"}'

    expect(maskJsonText(text, (path) => path[0] !== 'email')).toBe(
      '{"id":9007199254740993,"amount":1234.500,"email":"•••"}',
    )
  })

  it('list elements share the path of their list', () => {
    const text = '{"items":[{"sku":"A","note":"B"},{"sku":"C","note":"D"}]}'

    expect(maskJsonText(text, (path) => path.join('.') === 'items.sku')).toBe(
      '{"items":[{"sku":"A","note":"•••"},{"sku":"C","note":"•••"}]}',
    )
  })

  it('keys that are data are hidden', () => {
    expect(maskJsonText('{"ana@example.test":1,"4111111111111111":{"x":2}}', nothing)).toBe(
      '{"•••":"•••","•••":{"x":"•••"}}',
    )
  })

  it.each(['', '{', '{"a":}', '[1,]', '{"a":1}x', "{'a':1}", '01', 'nul', 'NaN', '"\u0001"', '{"a" 1}'])(
    '%j is not JSON',
    (text) => {
      expect(maskJsonText(text, everything)).toBeUndefined()
    },
  )

  it('ends at a depth nobody reads', () => {
    expect(maskJsonText('['.repeat(10_000) + ']'.repeat(10_000), nothing)).toBeUndefined()
  })

  it.each([
    ['plain', 'x'],
    ['escaped', '\\u0041'],
  ])('takes a megabyte of %s text', (_, unit) => {
    const text = `{"a":"${unit.repeat(1_000_000 / unit.length)}"}`

    expect(maskJsonText(text, everything)).toBe(text)
    expect(maskJsonText(text, nothing)).toBe('{"a":"•••"}')
  })

  it('agrees with JSON.parse on what JSON is, and leaves it alone when everything is clear', () => {
    const spoiled = fc
      .tuple(fc.json(), fc.nat(), fc.constantFrom('', ',', '"', '}', ' ', '\\', 'e'))
      .map(
        ([text, at, extra]) =>
          text.slice(0, at % (text.length + 1)) + extra + text.slice(at % (text.length + 1)),
      )
    fc.assert(
      fc.property(fc.oneof(fc.json(), spoiled), (text) => {
        let isJson = true
        try {
          JSON.parse(text)
        } catch {
          isJson = false
        }
        const masked = maskJsonText(text, everything)
        expect(masked !== undefined).toBe(isJson)
      }),
    )
  })

  it('with nothing clear no string or number of the original survives', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const masked = maskJsonText(JSON.stringify(value), nothing)
        const left: unknown[] = []
        JSON.parse(masked ?? 'x', (_, v) => {
          if (typeof v !== 'object') left.push(v)
          return v
        })
        expect(left.every((v) => v === maskToken)).toBe(true)
      }),
    )
  })
})
