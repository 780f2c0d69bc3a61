import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { first, heads, runHarness } from '../testing/run-harness.ts'
import { plainContract, seedTopics } from '../testing/seed-runs.ts'
import { createTestDatabase, type TestDatabase } from '../testing/test-database.ts'
import { countTopics } from './count-topics.ts'
import { createRun } from './create-run.ts'
import { endRun } from './end-run.ts'
import { failRun } from './fail-run.ts'
import { listDueTopics } from './list-due-topics.ts'
import { pruneRuns } from './prune-runs.ts'
import { fixOpenedGates, recordMissingSchemas } from './record-missing-schemas.ts'
import { releaseLeases } from './release-leases.ts'
import { startRound } from './start-round.ts'
import { takeLeases } from './take-leases.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.close())
const { clear, start, plan, succeed } = runHarness(() => database)
beforeEach(clear)

describe('rounds and ends', () => {
  it('10,001 rows ask for another round, 10,000 do not', async () => {
    await seedTopics(database.pool, [plainContract('orders'), plainContract('payments')])
    await start('a', ['orders', 'payments'])
    const { passes } = await plan(
      'a',
      'curated',
      heads({ orders: { id: 1n, rows: 1 }, payments: { id: 2n, rows: 1 } }),
    )
    for (const pass of passes)
      await succeed('a', 'curated', pass, { written: pass.topic === 'orders' ? 10_001 : 10_000 })
    for (const pass of (await plan('a', 'semantic')).passes) await succeed('a', 'semantic', pass)

    const behind = await countTopics(database.db, 'a')
    await startRound(database.db, { execution: 'a', round: 2 })
    await startRound(database.db, { execution: 'a', round: 2 })
    const { taken } = await takeLeases(database.db, { execution: 'a', leaseSeconds: 60, round: 2 })

    expect(behind.behind).toBe(1)
    expect(taken).toEqual([{ topic: 'orders', token: 1 }])
    const { rows } = await database.pool.query('SELECT topic, outcome, round FROM run_topics ORDER BY topic')
    expect(rows).toEqual([
      { topic: 'orders', outcome: 'IN_PROGRESS', round: 2 },
      { topic: 'payments', outcome: 'COMPLETE', round: 1 },
    ])
  })

  it('a run that ends badly leaves its passes open with the reason and counts its topics', async () => {
    await seedTopics(database.pool, [plainContract('orders')])
    await createRun(database.db, { execution: 'a', input: { topics: ['orders'], trigger: 'schedule' } })
    await start('a', ['orders'])
    await plan('a', 'curated', heads({ orders: { id: 1n, rows: 1 } }))
    const error = { code: 'JOB_FAILED', message: 'out of memory', state: 'RunCurationJob' }

    await failRun(database.db, { execution: 'a', state: 'FAILED', error })
    await endRun(database.db, { execution: 'a', state: 'FAILED', endedIn: 'RunFailed' })
    await endRun(database.db, { execution: 'a', state: 'FAILED' })

    const { rows } = await database.pool.query('SELECT state, ended_in, error, summary FROM runs')
    expect(rows).toEqual([
      {
        state: 'FAILED',
        ended_in: 'RunFailed',
        error,
        summary: { FAILED: 1, rowsCurated: 0, rowsSemantic: 0 },
      },
    ])
    const passes = await database.pool.query('SELECT state, error FROM run_passes')
    expect(passes.rows).toEqual([{ state: 'FAILED', error }])
  })

  it('a run is the same run only with the same input', async () => {
    await createRun(database.db, { execution: 'a', input: { topics: ['orders'] } })
    await createRun(database.db, { execution: 'a', input: { topics: ['orders'] } })
    await expect(
      createRun(database.db, { execution: 'a', input: { topics: ['other'] } }),
    ).rejects.toMatchObject({
      code: 'CONFLICT',
    })
  })

  it('a missing schema is told once per topic and state of its contract, and fixed when the gate opens', async () => {
    await seedTopics(database.pool, [plainContract('orders')], 'draft')
    await start('a', ['orders'])
    const told = await recordMissingSchemas(database.db, 'a')
    const again = await recordMissingSchemas(database.db, 'a')
    await seedTopics(database.pool, [plainContract('orders', { columnNames: [] })])
    const other = await recordMissingSchemas(database.db, 'a')
    await seedTopics(database.pool, [plainContract('orders', { version: '1.1.0' })])
    await fixOpenedGates(database.db, 'a')

    expect([told, again, other]).toEqual([['orders'], [], ['orders']])
    const { rows } = await database.pool.query('SELECT state FROM drift_findings')
    expect(rows).toEqual([{ state: 'fixed' }, { state: 'fixed' }])
  })

  it('is due by rows, by age, by an open pass and by waiting curated rows; never while held or paused', async () => {
    const topics = ['by-rows', 'by-age', 'young', 'open', 'paused', 'busy', 'done']
    await seedTopics(
      database.pool,
      topics.map((t) => plainContract(t)),
    )
    await database.pool.query(
      `UPDATE topic_status SET raw_snapshot_id = 7, raw_rows = 10, raw_committed_at = now()`,
    )
    await database.pool.query(
      `UPDATE topic_status SET raw_rows = 5000 WHERE topic IN ('by-rows', 'paused', 'busy')`,
    )
    await database.pool.query(
      `UPDATE topic_status SET raw_committed_at = now() - interval '301 seconds' WHERE topic = 'by-age'`,
    )
    await database.pool.query(`UPDATE topics SET is_processing_paused = true WHERE topic = 'paused'`)
    await start('busy-run', ['busy'])
    await start('open-run', ['open', 'done'])
    const { passes } = await plan(
      'open-run',
      'curated',
      heads({ open: { id: 7n, rows: 10 }, done: { id: 7n, rows: 10 } }),
    )
    for (const pass of passes.filter((p) => p.topic === 'done')) {
      await succeed('open-run', 'curated', pass)
      await succeed(
        'open-run',
        'semantic',
        first((await plan('open-run', 'semantic')).passes.filter((p) => p.topic === 'done')),
      )
    }
    await failRun(database.db, {
      execution: 'open-run',
      state: 'FAILED',
      error: { code: 'JOB_FAILED', message: '' },
    })
    await endRun(database.db, { execution: 'open-run', state: 'FAILED' })
    await releaseLeases(database.db, 'open-run')

    const soon = await listDueTopics(database.db, { rowsMin: 1_000, defaultLatencySeconds: 900 })
    await database.pool.query(`UPDATE run_passes SET settled_at = now() - interval '2 minutes'`)
    const later = await listDueTopics(database.db, { rowsMin: 1_000, defaultLatencySeconds: 900 })

    expect(soon.map((t) => [t.topic, t.reason])).toEqual([
      ['by-age', 'age'],
      ['by-rows', 'rows'],
    ])
    expect(later.map((t) => [t.topic, t.reason]).sort()).toEqual([
      ['by-age', 'age'],
      ['by-rows', 'rows'],
      ['open', 'retry'],
    ])
  })

  it('prunes what ended long ago, and keeps the newest pass of a layer', async () => {
    await seedTopics(database.pool, [plainContract('orders')])
    for (const [execution, id] of [
      ['a', 1n],
      ['b', 2n],
    ] as const) {
      await start(execution, ['orders'])
      await succeed(
        execution,
        'curated',
        first((await plan(execution, 'curated', heads({ orders: { id, rows: 1 } }))).passes),
      )
      await endRun(database.db, { execution, state: 'SUCCEEDED' })
      await releaseLeases(database.db, execution)
    }
    await database.pool.query(`UPDATE runs SET finished_at = now() - interval '91 days'`)
    await database.pool.query(`UPDATE run_passes SET settled_at = now() - interval '91 days'`)

    const pruned = await pruneRuns(database.db, { keepDays: 90, limit: 100 })
    await start('c', ['orders'])

    expect(pruned).toEqual({ runs: 2, passes: 1 })
    const next = first((await plan('c', 'curated', heads({ orders: { id: 3n, rows: 1 } }))).passes)
    expect(next.passId).toBe('orders-curated-3')
  })
})
