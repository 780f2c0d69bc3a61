import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ColumnType } from './column-type.ts'
import { isPromotion } from './compare-columns.ts'
import { type Comparison, compareContracts } from './compare-contracts.ts'
import type { ContractModel } from './contract-model.ts'
import { makeContract } from './testing/make-contract.ts'

const text = { name: 'note', logicalType: 'string' }
/** With versions that leave room for any change, so that only the change itself is judged. */
const compare = (before: ContractModel, after: ContractModel): Comparison =>
  compareContracts({ ...before, version: '1.0.0' }, { ...after, version: '2.0.0' })
const verdicts = (c: Comparison): string[] => c.changes.map((x) => `${x.verdict} ${x.path}: ${x.what}`)

const typed = (logicalType: string, physicalType?: string) =>
  makeContract({
    version: '2.0.0',
    properties: [{ name: 'v', logicalType, ...(physicalType === undefined ? {} : { physicalType }) }],
  })

describe('types: the promotions of Iceberg and nothing else', () => {
  it.each([
    ['integer', 'int', 'integer', 'bigint', 'compatible'],
    ['number', 'float', 'number', 'double', 'compatible'],
    ['number', 'decimal(10,2)', 'number', 'decimal(12,2)', 'compatible'],
    ['integer', 'bigint', 'integer', 'int', 'breaking'],
    ['number', 'double', 'number', 'float', 'breaking'],
    ['number', 'DECIMAL(10, 2)', 'number', 'decimal(8,1)', 'breaking'],
    ['number', 'decimal(10,2)', 'number', 'decimal(12,3)', 'breaking'],
    ['number', 'decimal(10,2)', 'number', 'decimal(8,2)', 'breaking'],
    ['integer', 'int', 'number', 'double', 'breaking'],
    ['integer', 'int', 'number', 'decimal(12,0)', 'breaking'],
    ['integer', undefined, 'string', undefined, 'breaking'],
    ['boolean', undefined, 'string', undefined, 'breaking'],
    ['string', undefined, 'integer', undefined, 'breaking'],
    ['timestamp', undefined, 'date', undefined, 'breaking'],
    ['date', undefined, 'timestamp', undefined, 'breaking'],
    ['object', undefined, 'string', undefined, 'breaking'],
    ['array', undefined, 'object', undefined, 'breaking'],
  ] as const)('%s %s → %s %s is %s', (logicalA, physicalA, logicalB, physicalB, verdict) => {
    const { changes } = compare(typed(logicalA, physicalA), typed(logicalB, physicalB))

    const change = changes.find((c) => c.what.startsWith('type '))
    expect(change?.verdict).toBe(verdict)
    expect(change?.reason).not.toBe('')
    expect(change?.remedy === null).toBe(verdict === 'compatible')
  })

  it.each([
    ['number', 'float'],
    ['date', undefined],
    ['number', 'DECIMAL(10, 2)'],
    ['integer', 'INT'],
    ['timestamp', undefined],
    ['object', undefined],
  ] as const)('%s %s is the same as itself, however it is spelt', (logicalType, physicalType) => {
    expect(
      compare(
        typed(logicalType, physicalType),
        typed(logicalType, physicalType?.toLowerCase().replaceAll(' ', '')),
      ).changes,
    ).toEqual([])
  })

  it('a promotion is never undone by another, and they compose', () => {
    const anyType: fc.Arbitrary<ColumnType> = fc.oneof(
      fc.constantFrom<ColumnType>({ kind: 'int' }, { kind: 'long' }, { kind: 'float' }, { kind: 'double' }),
      fc.record({
        kind: fc.constant<'decimal'>('decimal'),
        precision: fc.integer({ min: 4, max: 38 }),
        scale: fc.integer({ min: 0, max: 4 }),
      }),
    )
    fc.assert(
      fc.property(anyType, anyType, anyType, (a, b, c) => {
        if (isPromotion(a, b)) expect(isPromotion(b, a)).toBe(false)
        if (isPromotion(a, b) && isPromotion(b, c)) expect(isPromotion(a, c)).toBe(true)
      }),
    )
  })
})

describe('the schema operations of the scenarios (A19)', () => {
  const v1 = makeContract({
    version: '1.0.0',
    properties: [{ name: 'count', logicalType: 'integer', physicalType: 'int' }, text],
  })

  it('01: a new topic breaks nothing', () => {
    expect(compareContracts(undefined, v1)).toMatchObject({ isBreaking: false, before: null })
  })

  it('02: v1 → v2, int to bigint and two optional fields: an enhancement', () => {
    const v2 = makeContract({
      version: '1.1.0',
      properties: [
        { name: 'count', logicalType: 'integer' },
        text,
        { name: 'settledOn', logicalType: 'date' },
        { name: 'risk', logicalType: 'number', physicalType: 'double' },
      ],
    })

    const found = compare(v1, v2)

    expect(verdicts(found)).toEqual([
      'compatible count: type int → long',
      'compatible settledOn: column settled_on date added',
      'compatible risk: column risk double added',
    ])
    expect(found).toMatchObject({ isBreaking: false, versionMin: '1.1.0' })
  })

  it('03: v2 → v3, narrower and removed, is refused, each with a reason and a remedy', () => {
    const v2 = makeContract({
      version: '1.1.0',
      properties: [{ name: 'count', logicalType: 'integer' }, text],
    })
    const v3 = makeContract({
      version: '2.0.0',
      properties: [{ name: 'count', logicalType: 'integer', physicalType: 'int' }],
    })

    const found = compare(v2, v3)

    expect(verdicts(found)).toEqual(['breaking count: type long → int', 'breaking note: column note removed'])
    expect(found.changes.every((c) => c.reason !== '' && c.remedy !== null)).toBe(true)
    expect(found.versionMin).toBe('2.0.0')
  })

  it('04: the same fields in another order are no change', () => {
    const again = makeContract({
      version: '1.0.0',
      properties: [text, { name: 'count', logicalType: 'integer', physicalType: 'int' }],
    })

    expect(compare(v1, again).changes).toEqual([])
  })

  it('05a removed, 05b another type, 05c a new required field', () => {
    const removed = makeContract({ version: '2.0.0', properties: [text] })
    const other = makeContract({
      version: '2.0.0',
      properties: [{ name: 'count', logicalType: 'string' }, text],
    })
    const required = makeContract({
      version: '2.0.0',
      properties: [
        { name: 'count', logicalType: 'integer', physicalType: 'int' },
        text,
        { name: 'must', logicalType: 'string', required: true },
      ],
    })

    expect(verdicts(compare(v1, removed))).toEqual(['breaking count: column count removed'])
    expect(verdicts(compare(v1, other))).toEqual(['breaking count: type int → string'])
    expect(verdicts(compare(v1, required))).toEqual(['breaking must: column must string added as required'])
  })

  it('06: nested members are compared by their path; a nested object that becomes one text is another column', () => {
    const member = { name: 'city', logicalType: 'string' }
    const nested = (properties?: unknown[]) =>
      makeContract({
        version: '2.0.0',
        properties: [{ name: 'address', logicalType: 'object', ...(properties && { properties }) }],
      })

    expect(
      compare(nested([member]), nested([member, { name: 'zip', logicalType: 'string' }])).isBreaking,
    ).toBe(false)
    expect(verdicts(compare(nested([member]), nested()))).toEqual([
      'breaking address.city: column address_city removed',
      'compatible address: column address object added',
    ])
  })

  it('07: a removed topic is breaking', () => {
    expect(compareContracts(v1, undefined).isBreaking).toBe(true)
  })

  it('09: optional → required breaks, required → optional does not', () => {
    const must = makeContract({ version: '2.0.0', properties: [{ ...text, required: true }] })
    const may = makeContract({ version: '2.0.0', properties: [text] })

    expect(verdicts(compare(may, must))).toEqual(['breaking note: made required'])
    expect(verdicts(compare(must, may))).toEqual(['compatible note: no longer required'])
  })
})

describe('everything else that a consumer or a producer would notice', () => {
  const rule = (implementation: object) => [
    { name: 'sane', type: 'custom', engine: 'lean-ops', implementation },
  ]
  const withRule = (implementation?: object) =>
    makeContract({
      version: '2.0.0',
      properties: [
        { name: 'n', logicalType: 'integer', ...(implementation && { quality: rule(implementation) }) },
      ],
    })

  it.each([
    ['added, warn', undefined, { rule: 'range', minimum: 0, action: 'warn' }, false],
    ['added, quarantine', undefined, { rule: 'range', minimum: 0 }, true],
    ['removed', { rule: 'range', minimum: 0 }, undefined, false],
    ['wider', { rule: 'range', minimum: 0, maximum: 9 }, { rule: 'range', minimum: 0, maximum: 10 }, false],
    ['open end', { rule: 'range', minimum: 0, maximum: 9 }, { rule: 'range', minimum: 0 }, false],
    ['narrower', { rule: 'range', minimum: 0 }, { rule: 'range', minimum: 1 }, true],
    ['more values', { rule: 'enum', values: [1] }, { rule: 'enum', values: [2, 1] }, false],
    ['fewer values', { rule: 'enum', values: [1, 2] }, { rule: 'enum', values: [1] }, true],
    ['harsher', { rule: 'range', minimum: 0 }, { rule: 'range', minimum: 0, action: 'fail' }, true],
    ['milder', { rule: 'range', minimum: 0 }, { rule: 'range', minimum: 0, action: 'warn' }, false],
    ['another kind', { rule: 'range', minimum: 1, maximum: 2 }, { rule: 'enum', values: [1, 2] }, true],
  ] as const)('rule %s', (_name, before, after, isBreaking) => {
    const found = compare(withRule(before), withRule(after))

    expect(found.isBreaking).toBe(isBreaking)
    expect(found.changes).toHaveLength(1)
  })

  it.each([
    ['rename', { ...text, physicalName: 'remark' }, true],
    ['critical', { ...text, criticalDataElement: true }, true],
    ['protected', { ...text, classification: 'hash' }, true],
    ['public is no protection', { ...text, classification: 'public' }, false],
    ['description', { ...text, description: 'words' }, false],
  ])('property: %s', (_name, after, isBreaking) => {
    expect(
      compare(
        makeContract({ version: '2.0.0', properties: [text] }),
        makeContract({ version: '2.0.0', properties: [after] }),
      ).isBreaking,
    ).toBe(isBreaking)
  })

  it('keys, versions, status and Snowflake', () => {
    const at = { name: 'at', logicalType: 'timestamp' }
    const base = makeContract({ version: '2.0.0', properties: [at], snowflake: ['A', 'B', 'C'] })
    const now = (change: object) => verdicts(compare(base, { ...base, ...change }))

    expect(now({ keyPath: ['at'] })).toContain('breaking keyPath: keyPath id → at')
    expect(now({ status: 'draft' })).toContain('breaking status: active → draft')
    expect(now({ snowflake: null })).toContain('breaking snowflake: A.B.C → none')
    expect(
      now({ eventVersion: { path: ['at'], type: { kind: 'timestamp' }, timestampFormat: 'rfc3339' } }),
    ).toContain('breaking versionPath: versionPath none → at')
  })

  it('a draft breaks nobody, whatever it becomes', () => {
    const draft = makeContract({ version: '0.1.0', status: 'draft', properties: [text] })

    expect(compare(draft, makeContract({ version: '1.0.0', properties: [] }))).toMatchObject({
      isBreaking: false,
    })
  })

  it('the version must rise as far as the changes ask', () => {
    const base = makeContract({ version: '1.2.3', properties: [text] })
    const more = [text, { name: 'more', logicalType: 'string' }]

    expect(
      compareContracts(base, makeContract({ version: '1.2.3', properties: more })).changes.at(-1),
    ).toMatchObject({
      path: 'version',
      remedy: 'set version: 1.3.0 or above',
    })
    expect(compareContracts(base, makeContract({ version: '1.3.0', properties: more })).isBreaking).toBe(
      false,
    )
    expect(compareContracts(base, makeContract({ version: '1.2.2', properties: [text] })).isBreaking).toBe(
      true,
    )
    expect(compareContracts(base, { ...base, backlogThreshold: 5, version: '1.2.4' }).isBreaking).toBe(false)
  })
})
