import { AppError } from '@lean-ops/common/errors/app-error'
import { expect, test } from 'vitest'
import { refreshTables } from './refresh-tables.ts'
import { renderStatement } from './render-statement.ts'
import type { SnowflakeRow } from './snowflake-session.ts'

const target = { database: 'LAKE', schema: 'SALES', table: 'ORDERS' }
const topics = [{ topic: 'orders', target, expectedSnapshotId: null }]
const chain = { ids: ['12', '11'], isTruncated: false, metadataLocation: 's3://lake/m.json' }
const acting = { isActing: true, readChain: async () => chain }

/** A Snowflake of one table that keeps what it is told; `refuse` = statements that fail. */
function fakeSnowflake(table: { status: string | null; shown: string }, refuse: RegExp = /^$/) {
  const said: string[] = []
  const session = {
    close: async () => undefined,
    run: async (statement: Parameters<typeof renderStatement>[0]): Promise<SnowflakeRow[]> => {
      const sql = renderStatement(statement)
      said.push(sql.replaceAll('"LAKE"."SALES"."ORDERS"', 't'))
      if (refuse.test(sql)) throw new AppError('UNAVAILABLE', 'Snowflake: refused')
      if (statement.kind === 'refreshTable') table.shown = '12'
      if (statement.kind === 'setAutoRefresh') table.status = statement.isOn ? 'RUNNING' : null
      if (statement.kind === 'readRefreshHistory') return [{ SNAPSHOT_ID: table.shown, IS_CURRENT: 'true' }]
      if (statement.kind !== 'showIcebergTables') return []
      const status =
        table.status && JSON.stringify({ executionState: table.status, currentSnapshotId: table.shown })
      return [
        { name: 'ORDERS', database_name: 'LAKE', schema_name: 'SALES', auto_refresh_status: status ?? '' },
      ]
    },
  }
  return { session, changes: () => said.filter((sql) => sql.startsWith('ALTER')) }
}

test('automatic refresh off: one REFRESH, and the verdict is from after it', async () => {
  const { session, changes } = fakeSnowflake({ status: null, shown: '11' })

  const [result] = await refreshTables(topics, { session, ...acting })

  expect(result).toMatchObject({
    state: 'in_sync',
    behindBy: 0,
    action: 'refreshed',
    seenSnapshotId: 12n,
    error: null,
  })
  expect(changes()).toEqual(['ALTER ICEBERG TABLE t REFRESH'])
})

test('automatic refresh on: nothing is sent, and what is expected is named', async () => {
  const { session, changes } = fakeSnowflake({ status: 'RUNNING', shown: '11' })

  const [result] = await refreshTables(topics, { session, ...acting })

  expect(result).toMatchObject({ state: 'behind', behindBy: 1, action: 'none', expectedSnapshotId: 12n })
  expect(changes()).toEqual([])
})

test('automatic refresh on: looked at again until it has come', async () => {
  const table = { status: 'RUNNING', shown: '11' }
  const { session, changes } = fakeSnowflake(table)
  let waits = 0
  const waitForMore = async () => {
    waits += 1
    if (waits === 2) table.shown = '12'
    return waits < 5
  }

  const [result] = await refreshTables(topics, { session, ...acting, waitForMore })

  expect(result).toMatchObject({ state: 'in_sync', behindBy: 0, action: 'none' })
  expect(waits).toBe(2)
  expect(changes()).toEqual([])
})

test('stopped: three steps', async () => {
  const { session, changes } = fakeSnowflake({ status: 'STOPPED', shown: '11' })

  const [result] = await refreshTables(topics, { session, ...acting })

  expect(result).toMatchObject({ state: 'in_sync', action: 'repaired', autoRefresh: 'RUNNING' })
  expect(changes()).toEqual([
    'ALTER ICEBERG TABLE t SET AUTO_REFRESH = FALSE',
    'ALTER ICEBERG TABLE t REFRESH',
    'ALTER ICEBERG TABLE t SET AUTO_REFRESH = TRUE',
  ])
})

test('stopped, and the refresh fails: automatic refresh is on again all the same, and the failure is told', async () => {
  const { session, changes } = fakeSnowflake({ status: 'STOPPED', shown: '11' }, / REFRESH$/)

  const [result] = await refreshTables(topics, { session, ...acting })

  expect(result).toMatchObject({
    state: 'failed',
    action: 'failed',
    error: { message: 'Snowflake: refused' },
  })
  expect(changes().at(-1)).toBe('ALTER ICEBERG TABLE t SET AUTO_REFRESH = TRUE')
})

test('looking only sends nothing', async () => {
  const { session, changes } = fakeSnowflake({ status: 'STOPPED', shown: '12' })

  const [result] = await refreshTables(topics, { session, ...acting, isActing: false })

  expect(result).toMatchObject({ state: 'stopped', behindBy: 0, action: 'none' })
  expect(changes()).toEqual([])
})

test('a topic whose lake cannot be read does not hold the others', async () => {
  const { session } = fakeSnowflake({ status: null, shown: '11' })
  const readChain = async (topic: string) => {
    if (topic === 'orders') return chain
    throw new AppError('UNAVAILABLE', 'no lake')
  }

  const results = await refreshTables(
    [{ ...topics[0], topic: 'other', target, expectedSnapshotId: 5n }, ...topics],
    {
      session,
      isActing: true,
      readChain,
    },
  )

  expect(results.map(({ topic, state }) => [topic, state])).toEqual([
    ['other', 'unknown'],
    ['orders', 'in_sync'],
  ])
})
