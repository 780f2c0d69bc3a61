import { afterAll, beforeAll, expect, it } from 'vitest'
import { passResult, plainContract, seedTopics } from '../testing/seed-runs.ts'
import { createTestDatabase, type TestDatabase } from '../testing/test-database.ts'
import { beginRun } from './begin-run.ts'
import { planPasses } from './plan-passes.ts'
import { recordExpectedSnapshots } from './record-expected-snapshots.ts'
import { recordSnowflakeStates } from './record-snowflake-states.ts'
import { settlePass } from './settle-pass.ts'
import { takeLeases } from './take-leases.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.close())

const target = { database: 'SALES', schema: 'PUBLIC', table: 'ORDERS' }

/** Takes the topics through both layers; their semantic heads are the given snapshots. */
async function runThrough(execution: string, rawHead: bigint, semanticHead: string): Promise<void> {
  const { db } = database
  await beginRun(db, { execution, arn: null, input: { topics: ['orders', 'unshown'] } })
  await takeLeases(db, { execution, leaseSeconds: 60, round: 1 })
  const heads = new Map(['orders', 'unshown'].map((t) => [t, { snapshotId: rawHead, rows: 1 }]))
  for (const layer of ['curated', 'semantic'] as const) {
    const request = { execution, round: 1, layer, planKey: 'p', heads, request: null }
    for (const pass of (await planPasses(db, request)).passes)
      await settlePass(db, {
        passId: pass.passId,
        execution,
        token: pass.leaseToken,
        outcome: {
          result: passResult(pass, {
            execution,
            layer,
            ...(layer === 'semantic' ? { head: semanticHead } : {}),
          }),
        },
      })
  }
  await database.pool.query('UPDATE run_leases SET execution = NULL, until = NULL')
}

it('what Snowflake should show, and what it shows: in sync until the next semantic commit', async () => {
  await seedTopics(database.pool, [plainContract('orders', { snowflake: target }), plainContract('unshown')])
  const states = async () =>
    (
      await database.pool.query(
        `SELECT s.state, s.expected_snapshot_id, s.seen_snapshot_id, t.snowflake_state FROM snowflake_tables s JOIN topic_status t USING (topic)`,
      )
    ).rows
  await runThrough('a', 1n, '8123456789012345671')

  const expected = await recordExpectedSnapshots(database.db, { execution: 'a' })
  await recordSnowflakeStates(
    database.db,
    expected.map(({ topic, expectedSnapshotId, ...rest }) => ({
      ...rest,
      // What a refresh answers carries more than is kept, 64-bit ids among it.
      expectedSnapshotId,
      topic,
      state: 'in_sync' as const,
      seenSnapshotId: expectedSnapshotId,
      seenMetadataLocation: 's3://lake/m.json',
      autoRefresh: 'RUNNING',
      error: null,
    })),
  )
  const synced = await states()
  await runThrough('b', 2n, '8123456789012345672')
  await recordExpectedSnapshots(database.db, { execution: 'b' })

  expect(expected).toEqual([{ topic: 'orders', target, expectedSnapshotId: 8_123_456_789_012_345_671n }])
  expect(synced).toEqual([
    {
      state: 'in_sync',
      expected_snapshot_id: '8123456789012345671',
      seen_snapshot_id: '8123456789012345671',
      snowflake_state: 'in_sync',
    },
  ])
  expect(await states()).toMatchObject([{ state: 'behind', expected_snapshot_id: '8123456789012345672' }])
  expect(
    await recordExpectedSnapshots(database.db, { topics: ['orders', 'unshown', 'nobody'] }),
  ).toHaveLength(1)
})
