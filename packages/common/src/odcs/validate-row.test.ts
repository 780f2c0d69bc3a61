import { readFileSync } from 'node:fs'
import path from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ColumnType } from './column-type.ts'
import type { ContractColumn } from './contract-model.ts'
import { type RowVerdict, validateRow } from './validate-row.ts'

type Expected = Pick<RowVerdict, 'passes' | 'code' | 'stopsPass' | 'values' | 'warnings'> & {
  faults: { column: string; code: string; rule: string | null }[]
}
type Golden = { cases: { name: string; columns: ContractColumn[]; payload: string; expect: Expected }[] }

const golden: Golden = JSON.parse(
  readFileSync(path.join(import.meta.dirname, '../../golden/validate-row.json'), 'utf8'),
)

const column = (name: string, type: ColumnType, more: Partial<ContractColumn> = {}): ContractColumn => ({
  name,
  path: [name],
  type,
  timestampFormat: 'rfc3339',
  required: false,
  isCritical: false,
  isBlankAllowed: false,
  rules: [],
  classification: null,
  description: null,
  ...more,
})

describe('golden vectors', () => {
  it.each(golden.cases)('$name', ({ columns, payload, expect: expected }) => {
    const { faults, ...verdict } = validateRow(payload, columns)

    expect({
      ...verdict,
      faults: faults.map((f) => ({ column: f.column, code: f.code, rule: f.rule })),
    }).toEqual(expected)
  })

  it('has more than two hundred cases, each with a name of its own', () => {
    expect(golden.cases.length).toBeGreaterThan(200)
    expect(new Set(golden.cases.map((c) => c.name)).size).toBe(golden.cases.length)
  })
})

const kinds: ColumnType[] = [
  { kind: 'string' },
  { kind: 'long' },
  { kind: 'int' },
  { kind: 'double' },
  { kind: 'boolean' },
  { kind: 'timestamp' },
  { kind: 'date' },
  { kind: 'object' },
  { kind: 'array' },
  { kind: 'decimal', precision: 12, scale: 2 },
]
const anyType = fc.constantFrom(...kinds)

describe('properties', () => {
  it('never throws and is never silent: a value that is there is either stored or a fault', () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.string(), fc.jsonValue()),
        anyType,
        fc.boolean(),
        (body, type, isCritical) => {
          const name = Object.keys(body)[0] ?? 'absent'
          const value = body[name]
          const verdict = validateRow(JSON.stringify(body), [
            column('v', type, { path: [name], isCritical, required: isCritical }),
          ])

          const isThere = value !== undefined && value !== null
          const isStored = verdict.values.v !== null
          expect(verdict.passes).toBe(verdict.faults.length === 0)
          if (isThere) expect(isStored).toBe(verdict.passes)
          else expect(verdict.passes).toBe(!isCritical)
        },
      ),
    )
  })

  it('int64 equals BigInt for every integer, as number and as digits', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(2n ** 66n), max: 2n ** 66n }), fc.boolean(), (n, isText) => {
        const { values } = validateRow(`{"v":${isText ? `"${n}"` : n}}`, [column('v', { kind: 'long' })])

        expect(values.v).toBe(n >= -(2n ** 63n) && n < 2n ** 63n ? String(n) : null)
      }),
    )
  })

  it('a decimal keeps its value exactly or is refused, however it is written', () => {
    const written = fc.record({
      unscaled: fc.bigInt({ min: -(10n ** 14n), max: 10n ** 14n }),
      places: fc.integer({ min: 0, max: 6 }),
    })
    fc.assert(
      fc.property(written, ({ unscaled, places }) => {
        const { values } = validateRow(`{"v":${unscaled}e-${places}}`, [
          column('v', { kind: 'decimal', precision: 12, scale: 2 }),
        ])

        const scaled = unscaled * 100n
        const divisor = 10n ** BigInt(places)
        const fits =
          scaled % divisor === 0n && scaled / divisor < 10n ** 12n && scaled / divisor > -(10n ** 12n)
        expect(values.v === null ? null : BigInt((values.v ?? '').replace('.', ''))).toBe(
          fits ? scaled / divisor : null,
        )
      }),
    )
  })

  it('a time means the same instant in every zone', () => {
    fc.assert(
      fc.property(
        fc.date({ min: new Date('1000-01-01'), max: new Date('9000-01-01'), noInvalidDate: true }),
        fc.integer({ min: -1439, max: 1439 }),
        (date, minutes) => {
          const local = new Date(date.getTime() + minutes * 60_000).toISOString().slice(0, -1)
          const zone = `${minutes < 0 ? '-' : '+'}${clock(Math.abs(minutes))}`
          const { values } = validateRow(`{"v":"${local}${zone}"}`, [column('v', { kind: 'timestamp' })])

          expect(values.v).toBe(`${date.toISOString().slice(0, -1)}000Z`)
        },
      ),
    )
  })

  it('faults never quote the value', () => {
    const verdict = validateRow('{"v":"secret-4711"}', [column('v', { kind: 'long' })])

    expect(verdict.passes).toBe(false)
    expect(JSON.stringify(verdict)).not.toContain('4711')
  })
})

const clock = (minutes: number): string =>
  `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`
