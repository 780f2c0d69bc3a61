import { AppError } from '@lean-ops/common/errors/app-error'
import type { SnowflakeTarget } from '@lean-ops/common/odcs/contract-model'
import { z } from 'zod'
import { parseRefreshStatus } from './parse-refresh-status.ts'
import type { SnowflakeRow, SnowflakeSession } from './snowflake-session.ts'
import { type TableState, tableKey } from './table-state.ts'

/** Columns of SHOW ICEBERG TABLES that we read; the driver gives their names in the case of the answer. */
const Shown = z.object({
  name: z.string(),
  database_name: z.string(),
  schema_name: z.string(),
  auto_refresh_status: z.string().nullish(),
  invalid: z.union([z.boolean(), z.string()]).nullish(),
  invalid_reason: z.string().nullish(),
})

const Refreshed = z.object({
  SNAPSHOT_ID: z.string().nullish(),
  METADATA_FILE_NAME: z.string().nullish(),
  IS_CURRENT: z.string().nullish(),
})

/**
 * How Snowflake sees the tables, by {@link tableKey}: one SHOW for each schema, so 700 tables are one call; a table that
 * is not there has no entry. Only for tables without automatic refresh one more call each, for their snapshot.
 */
export async function readTableStates(
  session: SnowflakeSession,
  tables: readonly SnowflakeTarget[],
): Promise<Map<string, TableState>> {
  const schemas = new Map(tables.map((t) => [`${t.database}.${t.schema}`.toUpperCase(), t]))
  const wanted = new Set(tables.map(tableKey))
  const states = new Map<string, TableState>()
  for (const { database, schema } of schemas.values())
    for (const row of await showTables(session, database, schema)) {
      const shown = Shown.parse(lowerCased(row))
      const table = { database: shown.database_name, schema: shown.schema_name, table: shown.name }
      const key = tableKey(table)
      if (!wanted.has(key)) continue
      const status = parseRefreshStatus(shown.auto_refresh_status)
      states.set(key, {
        ...status,
        ...(status.autoRefresh === null ? await readSnapshot(session, table) : {}),
        invalidReason: isTrue(shown.invalid) ? (shown.invalid_reason ?? 'invalid') : null,
      })
    }
  return states
}

/** Snowflake's numbers for an object, or its database or schema, that does not exist or is not for us. */
const missingCodes = ['002003', '002043', 2003, 2043]

/** None where the schema is missing: then so are its tables. */
async function showTables(
  session: SnowflakeSession,
  database: string,
  schema: string,
): Promise<readonly SnowflakeRow[]> {
  try {
    return await session.run({ kind: 'showIcebergTables', database, schema })
  } catch (error) {
    if (error instanceof AppError && missingCodes.some((code) => code === error.context.snowflakeCode))
      return []
    throw error
  }
}

/** The status column is empty while automatic refresh is off: then the history says what is in use. */
async function readSnapshot(
  session: SnowflakeSession,
  table: SnowflakeTarget,
): Promise<Pick<TableState, 'snapshotId' | 'metadataFile'>> {
  const rows = (await session.run({ kind: 'readRefreshHistory', table })).map((row) => Refreshed.parse(row))
  const current = rows.find((row) => isTrue(row.IS_CURRENT))
  return { snapshotId: current?.SNAPSHOT_ID ?? null, metadataFile: current?.METADATA_FILE_NAME ?? null }
}

const isTrue = (value: unknown): boolean =>
  value === true || (typeof value === 'string' && ['TRUE', 'Y', 'YES', '1'].includes(value.toUpperCase()))

const lowerCased = (row: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(row).map(([name, value]) => [name.toLowerCase(), value]))
