import type { SelectedLetter } from '@lean-ops/common/control-plane/operations/list-selected'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { csvHeader, exportLine } from './export-line.ts'

const letter = (given: Partial<SelectedLetter> = {}): SelectedLetter => ({
  id: 'a1',
  sequence: 1,
  topic: 'orders',
  owner: 'commerce',
  messageId: 'm-1',
  status: 'open',
  stage: 'ingest',
  code: 'MALFORMED_JSON',
  fingerprint: 'v2:0000000000000000',
  errorMessage: 'not valid JSON',
  attempt: 0,
  firstFailedAt: '2026-11-23T00:00:00.000Z',
  lastFailedAt: '2026-11-23T00:00:00.000Z',
  sizeBytes: 2,
  attributes: { color: { type: 'String', value: 'red' } },
  body: undefined,
  ...given,
})

/** Cells of one line, read as RFC 4180 says. */
const cells = (line: string): string[] =>
  [...line.replace(/\r\n$/, '').matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,"]*))/g)].map((m) =>
    m[1] === undefined ? (m[2] ?? '') : m[1].replaceAll('""', '"'),
  )

it('a cell never begins a formula, and gives back every other text exactly', () => {
  const formula = fc
    .tuple(fc.constantFrom('=', '+', '-', '@', '\t', '\r', '\n', '＝', '＠'), fc.string({ unit: 'grapheme' }))
    .map((parts) => parts.join(''))
  fc.assert(
    fc.property(fc.oneof(formula, fc.string({ unit: 'grapheme' })), (body) => {
      const read = cells(exportLine(letter({ messageId: body }), body, 'csv'))

      expect(read).toHaveLength(csvHeader.trim().split(',').length)
      for (const cell of [read[3], read.at(-1)]) {
        expect(cell).not.toMatch(/^[=+\-@\t\r\n＝＋－＠]/)
        expect(cell?.replace(/^'(?=[=+\-@\t\r\n＝＋－＠])/, '')).toBe(body)
      }
    }),
  )
})

it('a line of NDJSON is one line, with attributes and the body as it is', () => {
  const line = exportLine(letter(), '=1+1\n"x"', 'ndjson')

  expect(line.trimEnd().split('\n')).toHaveLength(1)
  expect(JSON.parse(line)).toMatchObject({ body: '=1+1\n"x"', attributes: { color: { value: 'red' } } })
})
