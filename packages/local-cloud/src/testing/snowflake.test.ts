import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { CreateDatabaseCommand, GetTableCommand, GlueClient, UpdateTableCommand } from '@aws-sdk/client-glue'
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3'
import { databaseName } from '@lean-ops/common/topics/topic-names'
import { ensureRawTables } from '@lean-ops/pipeline/raw-tables/ensure-raw-tables'
import { openSnowflakeSession } from '@lean-ops/pipeline/snowflake/open-snowflake-session'
import { parseRefreshStatus } from '@lean-ops/pipeline/snowflake/parse-refresh-status'
import { quoteTable } from '@lean-ops/pipeline/snowflake/quote-name'
import { readSnapshotChain } from '@lean-ops/pipeline/snowflake/read-snapshot-chain'
import {
  type RefreshDeps,
  type RefreshResult,
  refreshTables,
} from '@lean-ops/pipeline/snowflake/refresh-tables'
import type { SnowflakeSession } from '@lean-ops/pipeline/snowflake/snowflake-session'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { rootDir } from '../supervisor/local-paths.ts'
import { startTestEmulator, type TestEmulator } from './emulator.ts'
import { deliverRecords, makeRawStream } from './raw-stream.ts'
import { selectFromSnowflake } from './select-from-snowflake.ts'
import { startTestSnowflake, type TestSnowflake } from './snowflake.ts'

// Processes of three languages on a busy machine.
vi.setConfig({ testTimeout: 180_000 })

// Any Iceberg table of the catalog will do as the semantic one: here those that Firehose fills, a commit at a time.
const namespace = databaseName('local', 'semantic')
const topics = ['manual', 'automatic', 'stopping', 'orders'] as const
type Topic = (typeof topics)[number]

let emulator: TestEmulator
let snowflake: TestSnowflake
let session: SnowflakeSession
let glue: GlueClient
let s3: S3Client
let shared: {
  endpoint: string
  region: string
  credentials: { accessKeyId: string; secretAccessKey: string }
}

beforeAll(async () => {
  emulator = await startTestEmulator({ AUTH: 'false' })
  snowflake = await startTestSnowflake(emulator)
  session = await openSnowflakeSession({ by: 'standIn', url: snowflake.url })
  shared = {
    endpoint: emulator.endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  }
  glue = new GlueClient(shared)
  s3 = new S3Client({ ...shared, forcePathStyle: true })
  const bucket = `lake-${randomUUID().slice(0, 8)}`
  await s3.send(new CreateBucketCommand({ Bucket: bucket }))
  await glue.send(
    new CreateDatabaseCommand({ DatabaseInput: { Name: namespace, LocationUri: `s3://${bucket}` } }),
  )
  await ensureRawTables({ glue, s3 }, { database: namespace, bucket, prefix: 'raw' }, [...topics])
  for (const topic of topics) {
    await makeRawStream(shared, { stream: topic, database: namespace, table: topic, bucket })
    await commit(topic, ['a'])
  }
}, 240_000)

afterAll(async () => {
  await session?.close()
  await snowflake?.stop()
  await emulator?.stop()
})

test('off: behind until one REFRESH, and then SELECT gives the new rows', async () => {
  const created = await refresh('manual', { isAutoRefreshed: false })
  await commit('manual', ['b', 'c'])
  const before = await look('manual')
  const countBefore = await count('manual')

  const after = await refresh('manual', { isAutoRefreshed: false })

  expect(created).toMatchObject({
    action: 'created',
    state: 'in_sync',
    behindBy: 0,
    autoRefresh: null,
    error: null,
  })
  expect(before).toMatchObject({ state: 'behind', behindBy: 1, action: 'none', autoRefresh: null })
  expect(countBefore).toBe('1')
  expect(after).toMatchObject({ state: 'in_sync', behindBy: 0, action: 'refreshed', error: null })
  expect(after.seenSnapshotId).toBe(after.expectedSnapshotId)
  expect(String(after.seenSnapshotId)).toBe(await headOf('manual'))
  expect(await count('manual')).toBe('3')
})

test('on: nothing is sent, and the verdict becomes in sync by itself', async () => {
  await refresh('automatic', { isAutoRefreshed: true })
  await commit('automatic', ['b'])
  const expected = BigInt(await headOf('automatic'))

  const first = await refresh('automatic', { isAutoRefreshed: true })
  const settled = await until('automatic', (found) => found.state === 'in_sync')

  expect(first).toMatchObject({ action: 'none', autoRefresh: 'RUNNING', expectedSnapshotId: expected })
  expect(settled).toMatchObject({ seenSnapshotId: expected, behindBy: 0, error: null })
  expect(await count('automatic')).toBe('2')
})

test('stopped: said with its reason, repaired in three steps, and refreshing by itself again', async () => {
  await refresh('stopping', { isAutoRefreshed: true })
  const mend = await breakCatalog('stopping')
  const stopped = await until('stopping', (found) => found.state === 'stopped')
  const failed = await refresh('stopping', { isAutoRefreshed: true })
  const again = await until('stopping', (found) => found.state === 'stopped')
  await mend()
  await commit('stopping', ['b'])
  const still = await look('stopping')

  const repaired = await refresh('stopping', { isAutoRefreshed: true })
  await commit('stopping', ['c'])
  const settled = await until('stopping', (found) => found.state === 'in_sync' && found.behindBy === 0)

  expect(stopped).toMatchObject({ autoRefresh: 'STOPPED', error: { code: 'SNOWFLAKE_REPORTS' } })
  // The middle step failed; the last one ran all the same, and the reason came back with the next looks.
  expect(failed).toMatchObject({ action: 'failed', error: { code: 'SNOWFLAKE_FAILED' } })
  expect(again.autoRefresh).toBe('STOPPED')
  expect(still).toMatchObject({ state: 'stopped', behindBy: 1 })
  expect(repaired).toMatchObject({
    action: 'repaired',
    state: 'in_sync',
    autoRefresh: 'RUNNING',
    error: null,
  })
  expect(settled.autoRefresh).toBe('RUNNING')
  expect(await count('stopping')).toBe('3')
})

test('a query by the driver gives the rows of the lake, value by value', async () => {
  await refresh('manual', { isAutoRefreshed: false })
  const odd = ['ключ 🙂', 'a\'b"c', 'line\u2028end', '']
  await commit('manual', odd)
  const before = await select(`SELECT message_id FROM ${quoteTable(target('manual'))}`)
  await refresh('manual', { isAutoRefreshed: false })
  const after = await select(
    `SELECT message_id AS id, edit_revision, replay_id, publish_time, CAST(ingestion_ts AS DATE) AS day
     FROM ${quoteTable(target('manual'))} WHERE message_id IN (?, ?, ?, ?) ORDER BY message_id`,
    odd,
  )

  expect(before.map((row) => row.MESSAGE_ID)).not.toContain(odd[0])
  expect(after.map((row) => row.ID).sort()).toEqual([...odd].sort())
  expect(after.every((row) => row.EDIT_REVISION === 0 && row.REPLAY_ID === null)).toBe(true)
  expect(
    after.every((row) => row.PUBLISH_TIME instanceof Date && row.PUBLISH_TIME.getTime() === committedAt),
  ).toBe(true)
  const day = new Date(committedAt).toISOString().slice(0, 10)
  expect(after.map((row) => (row.DAY instanceof Date ? row.DAY.toISOString().slice(0, 10) : null))).toEqual(
    odd.map(() => day),
  )
})

test('every statement that we can say has an answer', async () => {
  await refresh('automatic', { isAutoRefreshed: true })
  const table = target('automatic')
  const [status] = await session.run({ kind: 'readAutoRefreshStatus', table })
  const [information] = await session.run({ kind: 'readTableInformation', table })
  const history = await session.run({ kind: 'readRefreshHistory', table })
  const account = { roleArn: 'arn:aws:iam::000000000000:role/snowflake', externalId: null }
  await session.run({ kind: 'createExternalVolume', name: 'volume', baseUrl: 's3://lake/', ...account })
  await session.run({
    kind: 'createCatalogIntegration',
    name: 'other',
    namespace,
    region: 'us-east-1',
    accountId: '000000000000',
    access: 'externalVolume',
    refreshIntervalSeconds: 60,
    ...account,
  })
  await session.run({ kind: 'setRefreshInterval', name: 'other', seconds: 120 })
  const described = await session.run({ kind: 'describeCatalogIntegration', name: 'other' })
  const [verified] = await session.run({ kind: 'verifyCatalogIntegration', name: 'other' })

  expect(parseRefreshStatus(status?.STATUS).autoRefresh?.executionState).toBe('RUNNING')
  expect(parseRefreshStatus(status?.STATUS).snapshotId).toBe(await headOf('automatic'))
  expect(JSON.parse(String(information?.INFORMATION))).toMatchObject({ status: 'success' })
  expect(history[0]).toMatchObject({ SNAPSHOT_ID: await headOf('automatic') })
  expect(described).toContainEqual(
    expect.objectContaining({ property: 'REFRESH_INTERVAL_SECONDS', property_value: '120' }),
  )
  expect(JSON.parse(String(verified?.VERDICT))).toMatchObject({ success: true })
})

test.each([
  ["CREATE EXTERNAL ICEBERG TABLE x CATALOG = 'c' CATALOG_TABLE_NAME = 't'", 'syntax error'],
  [
    "CREATE ICEBERG TABLE x CATALOG = 'c' CATALOG_TABLE_NAME = 't' CATALOG_SYNC = 'LAKEFORMATION'",
    'CATALOG_SYNC',
  ],
  ['ALTER EXTERNAL ICEBERG TABLE x REFRESH', 'syntax error'],
  ['ALTER ICEBERG TABLE x FRESHEN', 'syntax error'],
  ['SELEC 1', 'SQL compilation error'],
])('the stand-in refuses: %s', async (sql, part) => {
  await expect(select(sql)).rejects.toThrow(part)
})

test('the command line: looks, acts, and says by its exit code whether all is in sync', async () => {
  const missing = await run('status', '--topic', 'orders')
  const created = await run('refresh', '--topic', 'orders', '--json')
  const inSync = await run('status', '--topic', 'orders')
  const other = await run('status', '--topic', 'orders', '--topic', 'payments')
  const refused = await run('status', '--topic', 'gh-push')
  const printed = await run('setup', '--print', '--topic', 'orders')

  expect(missing).toEqual({ code: 1, out: 'orders  missing · automatic refresh off\n', err: '' })
  expect(created.code).toBe(0)
  const { tables } = JSON.parse(created.out)
  expect(tables).toMatchObject([{ topic: 'orders', state: 'in_sync', action: 'created' }])
  expect(tables[0].seenSnapshotId).toBe(await headOf('orders'))
  expect([inSync.code, inSync.out]).toEqual([
    0,
    expect.stringContaining('orders  in sync · automatic refresh running'),
  ])
  expect([other.code, other.out]).toEqual([1, expect.stringContaining('payments  missing')])
  expect([refused.code, refused.err]).toEqual([2, expect.stringContaining('names no Snowflake table')])
  expect(printed.out).toContain('CREATE ICEBERG TABLE IF NOT EXISTS "LEAN_OPS"."SEMANTIC"."ORDERS"')
})

test('the command line without a Snowflake, or with half a key, says what is missing', async () => {
  const none = { SNOWFLAKE_URL: undefined, LEAN_OPS_LOCAL_DIR: emulator.folder }
  const nothing = await runWith(none, 'status')
  const half = await runWith({ ...none, SNOWFLAKE_ACCOUNT: 'a' }, 'status')

  expect([nothing.code, nothing.err]).toEqual([2, expect.stringContaining('no Snowflake')])
  expect([half.code, half.err]).toEqual([2, expect.stringContaining('SNOWFLAKE_PRIVATE_KEY_FILE')])
})

test('a restart of the stand-in loses no table', async () => {
  await refresh('manual', { isAutoRefreshed: false })
  const before = await count('manual')
  await session.close()
  await snowflake.restart()
  session = await openSnowflakeSession({ by: 'standIn', url: snowflake.url })

  expect(await look('manual')).toMatchObject({ state: 'in_sync', autoRefresh: null })
  expect(await count('manual')).toBe(before)
})

test('what Snowflake does not have is refused here, too', async () => {
  const missing = { kind: 'refreshTable', table: { database: 'LAKE', schema: 'S', table: 'NONE' } } as const
  await expect(session.run(missing)).rejects.toThrow('does not exist or not authorized')
  expect(await look('manual', { database: 'LAKE', schema: 'OTHER', table: 'NONE' })).toMatchObject({
    state: 'missing',
  })
})

type Ran = { code: number; out: string; err: string }

const run = (...args: string[]): Promise<Ran> => runWith({}, ...args)

function runWith(env: Readonly<Record<string, string | undefined>>, ...args: string[]): Promise<Ran> {
  const cli = path.join(rootDir, 'packages/pipeline/src/snowflake/cli.ts')
  const options = {
    env: {
      PATH: process.env.PATH,
      AWS_ENDPOINT_URL: emulator.endpoint,
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
      SNOWFLAKE_URL: snowflake.url,
      ...env,
    },
  }
  return new Promise((resolve) => {
    const child = execFile(process.execPath, [cli, ...args], options, (_error, out, err) =>
      resolve({ code: child.exitCode ?? -1, out, err }),
    )
  })
}

function target(topic: Topic): { database: string; schema: string; table: string } {
  return { database: 'lake', schema: 'Commerce', table: topic }
}

async function ask(topic: Topic, deps: Partial<RefreshDeps>, table = target(topic)): Promise<RefreshResult> {
  const [result] = await refreshTables([{ topic, target: table, expectedSnapshotId: null }], {
    session,
    readChain: (name) => readSnapshotChain({ glue, s3 }, namespace, name),
    isActing: true,
    ...deps,
  })
  if (result === undefined) throw new Error('no result')
  return result
}

const look = (topic: Topic, table = target(topic)): Promise<RefreshResult> =>
  ask(topic, { isActing: false }, table)

const refresh = (topic: Topic, { isAutoRefreshed }: { isAutoRefreshed: boolean }): Promise<RefreshResult> =>
  ask(topic, {
    create: {
      catalog: 'LEAN_OPS',
      access: { by: 'vendedCredentials' },
      source: (name) => ({ namespace, catalogTable: name }),
      isAutoRefreshed,
    },
  })

async function until(topic: Topic, isWanted: (found: RefreshResult) => boolean): Promise<RefreshResult> {
  for (;;) {
    const found = await look(topic)
    if (isWanted(found)) return found
    await sleep(50)
  }
}

const select = (sqlText: string, binds: string[] = []) =>
  selectFromSnowflake({ url: snowflake.url, database: 'LAKE', schema: 'COMMERCE' }, sqlText, binds)

async function count(topic: Topic): Promise<unknown> {
  const [row] = await session.run({ kind: 'countRows', table: target(topic) })
  return row?.ROWS
}

async function headOf(topic: Topic): Promise<string> {
  const chain = await readSnapshotChain({ glue, s3 }, namespace, topic)
  return chain?.ids[0] ?? ''
}

/** Points the catalog at metadata that is not there; the answer mends it. */
async function breakCatalog(topic: Topic): Promise<() => Promise<void>> {
  const { Table: table } = await glue.send(new GetTableCommand({ DatabaseName: namespace, Name: topic }))
  const put = (location: string): Promise<unknown> =>
    glue.send(
      new UpdateTableCommand({
        DatabaseName: namespace,
        TableInput: {
          Name: topic,
          TableType: table?.TableType ?? '',
          Parameters: { ...table?.Parameters, metadata_location: location },
          ...(table?.StorageDescriptor ? { StorageDescriptor: table.StorageDescriptor } : {}),
        },
      }),
    )
  const location = table?.Parameters?.metadata_location ?? ''
  await put(`${location}.gone`)
  return async () => void (await put(location))
}

const committedAt = Date.now()

/** One snapshot with these rows. */
async function commit(topic: Topic, ids: readonly string[]): Promise<void> {
  const now = committedAt * 1_000
  const rows = ids.map((id) => ({
    topic,
    message_id: id,
    sqs_message_id: id,
    idempotency_key: null,
    period_reference: null,
    correlation_id: null,
    publish_time: now,
    ingestion_ts: now,
    edit_revision: 0,
    replay_id: null,
    origin_arn: 'arn',
    message_attributes: null,
    payload_encoding: 'none' as const,
    json_payload: '{}',
  }))
  await deliverRecords(shared, topic, rows)
}
