import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { findDocumentedForm } from './documented-forms.ts'
import { renderStatement } from './render-statement.ts'
import type { SnowflakeStatement } from './snowflake-statement.ts'

const name = fc.oneof(fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_$]{0,30}$/), fc.string({ minLength: 1 }))
const text = fc.string()
const table = fc.record({ database: name, schema: name, table: name })
const externalId = fc.option(text)
const isOn = fc.boolean()
const seconds = fc.nat()

/** One of every kind: the type makes a new kind without a generator an error here. */
const statements: {
  [K in SnowflakeStatement['kind']]: fc.Arbitrary<Extract<SnowflakeStatement, { kind: K }>>
} = {
  createCatalogIntegration: fc.record({
    kind: fc.constant('createCatalogIntegration'),
    name,
    namespace: text,
    region: text,
    accountId: text,
    roleArn: text,
    externalId,
    access: fc.constantFrom('vendedCredentials', 'externalVolume'),
    refreshIntervalSeconds: seconds,
  }),
  describeCatalogIntegration: fc.record({ kind: fc.constant('describeCatalogIntegration'), name }),
  verifyCatalogIntegration: fc.record({ kind: fc.constant('verifyCatalogIntegration'), name }),
  setRefreshInterval: fc.record({ kind: fc.constant('setRefreshInterval'), name, seconds }),
  createExternalVolume: fc.record({
    kind: fc.constant('createExternalVolume'),
    name,
    baseUrl: text,
    roleArn: text,
    externalId,
  }),
  createDatabase: fc.record({ kind: fc.constant('createDatabase'), database: name }),
  createSchema: fc.record({ kind: fc.constant('createSchema'), database: name, schema: name }),
  createIcebergTable: fc.record({
    kind: fc.constant('createIcebergTable'),
    table,
    catalog: name,
    access: fc.oneof(
      fc.constant({ by: 'vendedCredentials' as const }),
      fc.record({ by: fc.constant('externalVolume' as const), volume: text }),
    ),
    namespace: text,
    catalogTable: text,
    isAutoRefreshed: isOn,
  }),
  refreshTable: fc.record({ kind: fc.constant('refreshTable'), table }),
  setAutoRefresh: fc.record({ kind: fc.constant('setAutoRefresh'), table, isOn }),
  showIcebergTables: fc.record({ kind: fc.constant('showIcebergTables'), database: name, schema: name }),
  readAutoRefreshStatus: fc.record({ kind: fc.constant('readAutoRefreshStatus'), table }),
  readTableInformation: fc.record({ kind: fc.constant('readTableInformation'), table }),
  readRefreshHistory: fc.record({ kind: fc.constant('readRefreshHistory'), table }),
  countRows: fc.record({ kind: fc.constant('countRows'), table }),
}

describe.each(Object.entries(statements))('%s', (_kind, arbitrary) => {
  test('whatever names and texts it holds, it is one statement of a documented form', () => {
    fc.assert(
      fc.property(arbitrary as fc.Arbitrary<SnowflakeStatement>, (statement) => {
        const sql = renderStatement(statement)
        expect(findDocumentedForm(sql), sql).toBeDefined()
      }),
    )
  })
})

test.each([
  "CREATE EXTERNAL ICEBERG TABLE a.b.c EXTERNAL_VOLUME = 'v' CATALOG = 'g' CATALOG_TABLE_NAME = 't'",
  'CREATE EXTERNAL ICEBERG TABLE "A"."B"."C" CATALOG = \'g\' CATALOG_TABLE_NAME = \'t\'',
  'ALTER EXTERNAL ICEBERG TABLE "A"."B"."C" REFRESH',
  'CREATE ICEBERG TABLE "A"."B"."C" CATALOG = \'g\' CATALOG_TABLE_NAME = \'t\' CATALOG_SYNC = \'LAKEFORMATION\'',
  'ALTER ICEBERG TABLE "A"."B"."C" SET CATALOG_SYNC = \'LAKEFORMATION\'',
  'ALTER ICEBERG TABLE "A"."B"."C" REFRESH \'metadata/00001.metadata.json\'',
  'ALTER ICEBERG TABLE "A"."B"."C" REFRESH; DROP TABLE "A"."B"."C"',
  'ALTER ICEBERG TABLE A.B.C REFRESH',
  'DROP ICEBERG TABLE "A"."B"."C"',
  'SELECT 1 -- REFRESH',
])('refused, because Snowflake does not have it or we must not say it: %s', (sql) => {
  expect(findDocumentedForm(sql)).toBeUndefined()
})

test('a name is one identifier in upper case, whatever it holds', () => {
  const table = { database: 'analytics', schema: 'a"; DROP TABLE x; --', table: 'Orders' }
  expect(renderStatement({ kind: 'refreshTable', table })).toBe(
    'ALTER ICEBERG TABLE "ANALYTICS"."A""; DROP TABLE X; --"."ORDERS" REFRESH',
  )
})

test('nothing in the sources of this folder says SQL beside the renderer', async () => {
  const files = (await readdir(import.meta.dirname)).filter(
    (file) => file.endsWith('.ts') && !file.endsWith('.test.ts'),
  )
  const speaking: string[] = []
  for (const file of files)
    if (
      /['"`](CREATE|ALTER|DROP|SHOW|SELECT|DESCRIBE) /.test(
        await readFile(path.join(import.meta.dirname, file), 'utf8'),
      )
    )
      speaking.push(file)
  expect(speaking.sort()).toEqual(['documented-forms.ts', 'render-statement.ts'])
})
