import fc from 'fast-check'
import { expect, it } from 'vitest'
import { scanJson } from './scan-json.ts'
import { spreadJson } from './spread-json.ts'

const spread = (text: string) => {
  const scan = scanJson(text)
  return scan.ok ? spreadJson(text, scan.nodes) : 'not JSON'
}

it('puts one value on a line and leaves each as it is written', () => {
  expect(spread('{"a":1.500,"b":[{"c":"\\u0041"},[],{}],"d":null}')).toBe(
    '{\n  "a": 1.500,\n  "b": [\n    {\n      "c": "\\u0041"\n    },\n    [],\n    {}\n  ],\n  "d": null\n}',
  )
  expect(spread(' 7 ')).toBe('7')
})

it('means the same as before, as JSON.stringify would lay it out', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const text = JSON.stringify(value)
      expect(spread(text)).toBe(JSON.stringify(JSON.parse(text), null, 2))
    }),
  )
})
