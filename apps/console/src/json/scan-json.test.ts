import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { scanJson } from './scan-json.ts'
import { pathOf, visibleNodes } from './visible-nodes.ts'

const slices = (text: string) => {
  const scan = scanJson(text)
  return scan.ok ? scan.nodes.map((node) => text.slice(node.start, node.end)) : scan
}

describe('scanJson', () => {
  it('keeps values as they are written', () => {
    expect(slices('{"a": 1234.500, "b": [9007199254740993, "\\u00e9"]}')).toEqual([
      '{"a": 1234.500, "b": [9007199254740993, "\\u00e9"]}',
      '1234.500',
      '[9007199254740993, "\\u00e9"]',
      '9007199254740993',
      '"\\u00e9"',
    ])
  })

  it('takes whatever JSON.parse takes, and nothing else', () => {
    const texts = fc.oneof(
      fc.json(),
      fc.json().map((text) => text.slice(0, -1)),
      fc.string(),
      fc
        .tuple(fc.json(), fc.constantFrom(',', ']', '}', ' 1', 'NaN', '"'))
        .map(([text, tail]) => text + tail),
    )
    fc.assert(
      fc.property(texts, (text) => {
        let isJson = true
        try {
          JSON.parse(text)
        } catch {
          isJson = false
        }
        expect(scanJson(text).ok).toBe(isJson)
      }),
      { numRuns: 500 },
    )
  })

  it('says where a text stops being JSON', () => {
    expect(scanJson('{"a": NaN}')).toMatchObject({ ok: false, at: 6 })
    expect(scanJson('[1, 2')).toMatchObject({ ok: false, at: 5 })
    expect(scanJson('{"a": 1} x')).toMatchObject({ ok: false, at: 9, expected: 'the end of the text' })
  })

  it('does not recurse: depth 10,000 is no special case', () => {
    const scan = scanJson(`${'['.repeat(10_000)}${']'.repeat(10_000)}`)

    expect(scan.ok && scan.nodes.length).toBe(10_000)
  })
})

describe('visibleNodes and pathOf', () => {
  const text = '{"a":[{"b c":1},2],"d":3}'
  const scan = scanJson(text)
  const nodes = scan.ok ? scan.nodes : []

  it('hides what is in a folded container, and only that', () => {
    expect(
      visibleNodes(nodes, (index) => index === 1).map((index) =>
        text.slice(nodes[index]?.start, nodes[index]?.end),
      ),
    ).toEqual([text, '[{"b c":1},2]', '3'])
  })

  it('names a value by its path', () => {
    const keyText = (node: (typeof nodes)[number]) => JSON.parse(text.slice(...(node.key ?? [0, 0])))

    expect(nodes.map((_, index) => pathOf(nodes, index, keyText))).toEqual([
      '$',
      '$.a',
      '$.a[0]',
      '$.a[0]["b c"]',
      '$.a[1]',
      '$.d',
    ])
  })
})
