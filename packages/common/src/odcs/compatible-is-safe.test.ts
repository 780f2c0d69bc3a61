import fc from 'fast-check'
import { expect, it } from 'vitest'
import { compareContracts } from './compare-contracts.ts'
import { makeContract } from './testing/make-contract.ts'
import { validateRow } from './validate-row.ts'

const bound = fc.integer({ min: -3, max: 3 })
const action = fc.constantFrom('warn', 'quarantine', 'fail')
const rule = fc.oneof(
  fc
    .tuple(bound, bound, action)
    .map(([a, b, act]) => ({ rule: 'range', minimum: Math.min(a, b), maximum: Math.max(a, b), action: act })),
  fc.record({
    rule: fc.constant('enum'),
    values: fc.uniqueArray(bound, { minLength: 1, maxLength: 4 }),
    action,
  }),
)
const type = fc.constantFrom(
  { logicalType: 'integer', physicalType: 'int' },
  { logicalType: 'integer', physicalType: 'bigint' },
  { logicalType: 'number', physicalType: 'decimal(4,1)' },
  { logicalType: 'number', physicalType: 'decimal(6,1)' },
  { logicalType: 'number', physicalType: 'decimal(6,2)' },
)
const property = fc.record({
  type,
  isCritical: fc.boolean(),
  rules: fc.uniqueArray(fc.tuple(fc.constantFrom('a', 'b'), rule), {
    selector: ([name]) => name,
    maxLength: 2,
  }),
})
const toProperty = ({
  type: given,
  isCritical,
  rules,
}: typeof property extends fc.Arbitrary<infer P> ? P : never) => ({
  name: 'v',
  ...given,
  criticalDataElement: isCritical,
  quality: rules.map(([name, implementation]) => ({
    name,
    type: 'custom',
    engine: 'lean-ops',
    implementation,
  })),
})
const value = fc.constantFrom(
  'null',
  '""',
  '0',
  '1',
  '-2',
  '2.0',
  '1.5',
  '3.25',
  '"3"',
  '3000000000',
  '99999',
  '"x"',
  '[]',
)

it('what is called compatible refuses no row that passed, and what passed keeps its value', () => {
  let compatible = 0
  fc.assert(
    fc.property(property, property, value, (a, b, v) => {
      const before = makeContract({ version: '1.0.0', properties: [toProperty(a)] })
      const after = makeContract({ version: '2.0.0', properties: [toProperty(b)] })
      const payload = `{"id":"k","v":${v}}`
      if (compareContracts(before, after).isBreaking) return
      compatible += 1

      const was = validateRow(payload, before.columns)
      const is = validateRow(payload, after.columns)

      if (was.passes) {
        expect(is.passes).toBe(true)
        expect(is.values).toEqual(was.values)
      }
    }),
    { numRuns: 3000 },
  )
  expect(compatible).toBeGreaterThan(50)
})
