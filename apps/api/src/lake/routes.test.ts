import { OperationView } from '@lean-ops/common/contract/operation-view'
import { SnowflakeList } from '@lean-ops/common/contract/snowflake'
import { TopicAccount, TopicSnapshots } from '@lean-ops/common/contract/topic-lake'
import { recordAccount } from '@lean-ops/common/control-plane/accounts/record-account'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { asActor, change, createTestApp, type TestApp } from '../testing/create-test-app.ts'

const viewer = asActor({ id: 'vic', grants: [{ role: 'viewer', owners: '*' }] })
const operator = asActor({ id: 'omar', grants: [{ role: 'operator', owners: ['commerce'] }] })
const stranger = asActor({ id: 'sam', grants: [{ role: 'operator', owners: ['growth'] }] })

const metadata = {
  location: 's3://lake/raw/orders',
  'current-snapshot-id': 2,
  'current-schema-id': 0,
  schemas: [],
  snapshots: [1, 2].map((n) => ({
    'snapshot-id': n,
    'timestamp-ms': Date.UTC(2026, 10, 23, 10, n),
    'manifest-list': 's3://lake/x.avro',
    summary: {
      operation: 'append',
      'added-records': '5',
      'total-records': `${n * 5}`,
      'lean-ops.pass-id': `orders-curated-${n}`,
    },
  })),
}
/** The real text: an id of 64 bits that JSON.parse would round. */
const metadataText = JSON.stringify(metadata)
  .replaceAll('"current-snapshot-id":2', '"current-snapshot-id":9007199254740993')
  .replaceAll('"snapshot-id":2', '"snapshot-id":9007199254740993')

describe('the lake of a topic', () => {
  let test: TestApp
  beforeAll(async () => {
    test = await createTestApp({
      override: {
        pipeline: {
          glue: {
            send: async ({ input }: { input: { DatabaseName: string } }) => {
              if (input.DatabaseName === 'semantic')
                throw Object.assign(new Error('no'), { name: 'EntityNotFoundException' })
              if (input.DatabaseName === 'curated')
                throw Object.assign(new Error('slow down'), { name: 'ThrottlingException' })
              return { Table: { Parameters: { metadata_location: 's3://lake/raw/orders/metadata/2.json' } } }
            },
          },
          s3: {
            send: async () => ({ Body: { transformToByteArray: async () => Buffer.from(metadataText) } }),
          },
          sfn: { send: async () => ({}) },
          logs: { send: async () => ({}) },
          databases: { raw: 'raw', curated: 'curated', semantic: 'semantic' },
          jobLogGroup: '/jobs',
        } as never,
      },
    })
    const { pool } = test.database
    await pool.query(
      `INSERT INTO topics (topic, owner, status, queue_name, table_name) VALUES ('orders', 'commerce', 'active', 'q', 'orders'), ('clicks', 'growth', 'active', 'q2', 'clicks')`,
    )
    await pool.query(
      `INSERT INTO checkpoints (topic, layer, pass_seq, pass_id, source_snapshot_id, head_snapshot_id, head_rows, contract_version, contract_sha256)
       VALUES ('orders', 'curated', 3, 'orders-curated-3', 9007199254740993, 77, 12, '1.0.0', 'x')`,
    )
    await pool.query(
      `INSERT INTO snowflake_tables (topic, database_name, schema_name, table_name, expected_snapshot_id, seen_snapshot_id, state, collected_at)
       VALUES ('orders', 'DB', 'S', 'ORDERS', 9007199254740993, 5, 'behind', now()), ('clicks', 'DB', 'S', 'CLICKS', 1, 1, 'in_sync', NULL)`,
    )
  })
  afterAll(() => test.database.close())

  const get = async (path: string, who = viewer) => {
    const answer = await test.app.request(`/api${path}`, { headers: who })
    return { status: answer.status, body: await answer.json() }
  }

  it('three layers with checkpoints; one that cannot be read says so and leaves the others', async () => {
    const { layers } = TopicSnapshots.parse((await get('/topics/orders/snapshots')).body)

    expect(layers.map((l) => [l.layer, l.exists, l.headSnapshotId, l.totalRows, l.error])).toEqual([
      ['raw', true, '9007199254740993', 10, null],
      ['curated', true, '77', 12, 'its metadata cannot be read: ThrottlingException'],
      ['semantic', false, null, null, null],
    ])
    expect(layers[0]?.snapshots.map((s) => [s.id, s.addedRows, s.passId])).toEqual([
      ['9007199254740993', 5, 'orders-curated-2'],
      ['1', 5, 'orders-curated-1'],
    ])
    expect(layers[1]?.checkpoint).toMatchObject({ passSeq: 3, sourceSnapshotId: '9007199254740993' })
    expect((await get('/topics/orders/snapshots', stranger)).status).toBe(404)
  })

  it('an account with its age, and a count that somebody asks for as an operation, once at a time', async () => {
    expect(TopicAccount.parse((await get('/topics/orders/account')).body)).toMatchObject({
      account: null,
      operationId: null,
    })
    const compute = (who: Record<string, string>) =>
      test.app.request('/api/topics/orders/account', {
        method: 'POST',
        headers: { ...change, ...who },
        body: JSON.stringify({ reason: 'monthly report' }),
      })

    const refused = await compute(viewer)
    const hidden = await compute(stranger)
    const accepted = await compute(operator)
    const again = await compute(operator)
    const operation = OperationView.parse(await accepted.json())
    await recordAccount(test.database.db, {
      topic: 'orders',
      rawSnapshotId: '9007199254740993',
      unexplained: 0,
      operationId: operation.id,
      result: { terms: { semantic: 10 } },
    })

    expect([refused.status, hidden.status, accepted.status, again.status]).toEqual([403, 404, 202, 409])
    expect(TopicAccount.parse((await get('/topics/orders/account')).body)).toMatchObject({
      account: {
        rawSnapshotId: '9007199254740993',
        unexplained: 0,
        isOutdated: false,
        result: { terms: { semantic: 10 } },
      },
      operationId: operation.id,
    })
  })

  it('Snowflake: a verdict per table; what nobody has looked at is unknown, never green', async () => {
    const { tables } = SnowflakeList.parse((await get('/snowflake')).body)
    const mine = SnowflakeList.parse((await get('/snowflake', operator)).body)

    expect(tables.map((t) => [t.topic, t.verdict, t.expectedSnapshotId])).toEqual([
      ['clicks', 'unknown', '1'],
      ['orders', 'behind', '9007199254740993'],
    ])
    expect(mine.tables.map((t) => t.topic)).toEqual(['orders'])
  })
})
