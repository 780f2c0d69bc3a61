import { makeContract } from '@lean-ops/common/odcs/testing/make-contract'
import { describe, expect, it } from 'vitest'
import { compileTables } from './compile-tables.ts'
import { planMigration } from './plan-migration.ts'
import { renderCreate } from './render-ddl.ts'

const place = { stage: 'test', lake: 'lake' }
const int = { name: 'count', logicalType: 'integer', physicalType: 'int' }
const mail = { name: 'mail', logicalType: 'string', classification: 'hash' }
const semantic = 'glue_catalog.`lean_ops_test_semantic`.`things`'
const plan = (before: object[], after: object[], more: object = {}) =>
  planMigration(
    makeContract({ version: '1.0.0', properties: before }),
    { ...makeContract({ version: '2.0.0', properties: after }), ...more },
    place,
  ).filter((t) => t.action !== 'none')

describe('the tables of a contract', () => {
  it('RAW, three curated ones, the semantic ones; each name once', () => {
    const contract = makeContract({
      properties: [int, mail],
      customProperties: [{ property: 'restrictedTable', value: true }],
    })

    const tables = compileTables(contract)

    expect(tables.map((t) => `${t.layer}.${t.name}`)).toEqual([
      'raw.things',
      'curated.things__versions',
      'curated.things',
      'curated.things__parse_errors',
      'semantic.things',
      'semantic.things_restricted',
      'semantic.things__rejects',
    ])
    for (const table of tables) {
      const names = table.columns.map((c) => c.name)
      expect(new Set(names).size).toBe(names.length)
      expect(table.partition.every((p) => names.includes(p.column))).toBe(true)
    }
  })

  it('protected values never get a column that could hold them', () => {
    const contract = makeContract({
      properties: [
        { name: 'salary', logicalType: 'number', physicalType: 'decimal(12,2)', classification: 'mask' },
        { name: 'secret', logicalType: 'string', classification: 'drop' },
      ],
    })

    const columns = compileTables(contract).find((t) => t.layer === 'semantic')?.columns ?? []

    expect(columns.find((c) => c.name === 'salary')?.type).toBe('string')
    expect(columns.some((c) => c.name === 'secret')).toBe(false)
  })

  it('a contract without columns has no semantic table', () => {
    const draft = { ...makeContract({}), columns: [], status: 'draft' as const }

    expect(compileTables(draft).some((t) => t.layer === 'semantic')).toBe(false)
  })

  it('texts of a contract cannot leave their quotes', () => {
    const contract = makeContract({
      properties: [{ ...int, description: "it's \\' ); DROP TABLE x; --" }],
    })

    const ddl = compileTables(contract)
      .map((t) => renderCreate(t, place))
      .join('\n')

    expect(ddl).toContain("COMMENT 'it\\'s \\\\\\' ); DROP TABLE x; --; count'")
  })
})

describe('what a change does to tables that are there', () => {
  it('promotions and additions alter in place, the semantic table alone', () => {
    const more = [
      { ...int, physicalType: 'bigint' },
      { name: 'risk', logicalType: 'number', physicalType: 'double' },
    ]

    expect(plan([int], more)).toEqual([
      {
        table: 'glue_catalog.lean_ops_test_semantic.things',
        action: 'alter',
        statements: [
          `ALTER TABLE ${semantic} ALTER COLUMN \`count\` TYPE BIGINT;`,
          `ALTER TABLE ${semantic} ADD COLUMN \`risk\` DOUBLE COMMENT 'risk';`,
          `ALTER TABLE ${semantic} SET TBLPROPERTIES ('lean-ops.contract-version' = '2.0.0');`,
        ],
        notes: [],
      },
    ])
  })

  it.each([
    ['narrower', [{ ...int, physicalType: 'bigint' }], [int], 'count: long → int cannot be done in place'],
    ['removed', [int], [], 'count: is taken out'],
    ['hash → mask', [mail], [{ ...mail, classification: 'mask' }], 'mail: stored values change their form'],
    [
      'clear → hash',
      [{ ...mail, classification: 'public' }],
      [mail],
      'mail: stored values change their form',
    ],
  ])('%s rebuilds and says why', (_name, before, after, reason) => {
    expect(plan(before, after)).toMatchObject([{ action: 'rebuild', notes: [reason] }])
  })

  it('another version path decides every row anew, in curated too; RAW stays', () => {
    const eventVersion = { path: ['count'], type: { kind: 'int' }, timestampFormat: 'rfc3339' }

    const actions = plan([int], [int], { eventVersion }).map((t) => `${t.action} ${t.table}`)

    expect(actions).toContain('rebuild glue_catalog.lean_ops_test_curated.things__versions')
    expect(actions.some((a) => a.includes('_raw.'))).toBe(false)
  })

  it('nothing changed, nothing done', () => {
    const contract = makeContract({ properties: [int] })

    expect(planMigration(contract, contract, place).every((t) => t.statements.length === 0)).toBe(true)
  })
})
