import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { passResult, plainContract, seedTopics } from '../testing/seed-runs.ts'
import { createTestDatabase, type TestDatabase } from '../testing/test-database.ts'
import { beginRun } from './begin-run.ts'
import { countTopics } from './count-topics.ts'
import { createRun } from './create-run.ts'
import { endRun } from './end-run.ts'
import { failRun } from './fail-run.ts'
import { listCheckpoints } from './list-checkpoints.ts'
import { listDueTopics } from './list-due-topics.ts'
import { type PlannedPass, planPasses } from './plan-passes.ts'
import { pruneRuns } from './prune-runs.ts'
import { fixOpenedGates, recordMissingSchemas } from './record-missing-schemas.ts'
import { releaseLeases } from './release-leases.ts'
import { settlePass } from './settle-pass.ts'
import { startRound } from './start-round.ts'
import { takeLeases } from './take-leases.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.close())
beforeEach(async () => {
  await database.owner.query(
    'TRUNCATE topics, topic_status, contract_versions, checkpoints, checkpoint_history, run_leases, runs, run_topics, run_passes, drift_findings, snowflake_tables CASCADE',
  )
})

/** Starts a run over topics and takes what leases it can get. */
async function start(execution: string, topics: readonly string[], round = 1) {
  await beginRun(database.db, { execution, arn: null, input: { topics: [...topics] } })
  return takeLeases(database.db, { execution, leaseSeconds: 3_600, round })
}

const heads = (entries: Record<string, { id: bigint; rows: number } | null>) =>
  new Map(Object.entries(entries).map(([t, h]) => [t, h && { snapshotId: h.id, rows: h.rows }]))

const plan = (
  execution: string,
  layer: 'curated' | 'semantic',
  head: ReturnType<typeof heads> = new Map(),
  more: Partial<Parameters<typeof planPasses>[1]> = {},
) =>
  planPasses(database.db, {
    execution,
    round: 1,
    layer,
    planKey: `plans/${execution}`,
    heads: head,
    request: null,
    ...more,
  })

const succeed = (
  execution: string,
  layer: 'curated' | 'semantic',
  pass: PlannedPass,
  more: Partial<Parameters<typeof passResult>[1]> = {},
) =>
  settlePass(database.db, {
    passId: pass.passId,
    execution,
    token: pass.leaseToken,
    outcome: { result: passResult(pass, { execution, layer, ...more }) },
  })

const first = <T>(items: readonly T[]): T => {
  const [item] = items
  if (item === undefined) throw new Error('nothing there')
  return item
}

describe('leases', () => {
  it('one run holds a topic; the same run keeps its token, the next one gets a greater', async () => {
    await seedTopics(database.pool, [plainContract('orders'), plainContract('payments')])

    const a = await start('a', ['orders', 'payments'])
    const b = await start('b', ['orders'])
    const again = await takeLeases(database.db, { execution: 'a', leaseSeconds: 60, round: 1 })
    await releaseLeases(database.db, 'a')
    const c = await start('c', ['orders'])

    expect(a.taken.map((l) => l.token)).toEqual([1, 1])
    expect(b).toEqual({ taken: [], refused: [{ topic: 'orders', outcome: 'BUSY' }] })
    expect(again.taken).toEqual(a.taken)
    expect(c.taken).toEqual([{ topic: 'orders', token: 2 }])
  })

  it('a lease that has run out is taken over; paused and unknown topics are refused', async () => {
    await seedTopics(database.pool, [plainContract('orders'), plainContract('payments')])
    await start('a', ['orders'])
    await database.pool.query(`UPDATE run_leases SET until = now() - interval '1 second'`)
    await database.pool.query(`UPDATE topics SET is_processing_paused = true WHERE topic = 'payments'`)

    const b = await start('b', ['orders', 'payments', 'nobody'])

    expect(b.taken).toEqual([{ topic: 'orders', token: 2 }])
    expect(b.refused).toEqual([
      { topic: 'nobody', outcome: 'UNKNOWN_TOPIC' },
      { topic: 'payments', outcome: 'PAUSED' },
    ])
  })
})

describe('passes', () => {
  it('first, then only what is new, then nothing', async () => {
    await seedTopics(database.pool, [plainContract('orders')])
    await start('a', ['orders'])
    const one = first((await plan('a', 'curated', heads({ orders: { id: 10n, rows: 5 } }))).passes)
    await succeed('a', 'curated', one)
    await releaseLeases(database.db, 'a')
    await start('b', ['orders'])
    const two = first((await plan('b', 'curated', heads({ orders: { id: 20n, rows: 9 } }))).passes)
    await succeed('b', 'curated', two)
    await releaseLeases(database.db, 'b')
    await start('c', ['orders'])
    const three = await plan('c', 'curated', heads({ orders: { id: 20n, rows: 9 } }))

    expect(one).toMatchObject({ passId: 'orders-curated-1', mode: 'first', from: null, to: '10' })
    expect(two).toMatchObject({ passId: 'orders-curated-2', mode: 'incremental', from: '10', to: '20' })
    expect(three).toMatchObject({ passes: [], counts: { nothing: 1 } })
  })

  it('64-bit snapshot ids keep every digit', async () => {
    await seedTopics(database.pool, [plainContract('orders')])
    await start('a', ['orders'])
    const pass = first(
      (await plan('a', 'curated', heads({ orders: { id: 9_223_372_036_854_775_807n, rows: 1 } }))).passes,
    )
    await succeed('a', 'curated', pass, { head: '8123456789012345679' })

    expect(pass.to).toBe('9223372036854775807')
    expect(await listCheckpoints(database.db, ['orders'])).toMatchObject([
      { sourceSnapshotId: 9_223_372_036_854_775_807n, headSnapshotId: 8_123_456_789_012_345_679n },
    ])
  })

  it('a failed pass stays open and is repeated exactly, although contract and head have moved on', async () => {
    await seedTopics(database.pool, [plainContract('orders')])
    await start('a', ['orders'])
    const planned = first((await plan('a', 'curated', heads({ orders: { id: 10n, rows: 5 } }))).passes)
    await settlePass(database.db, {
      passId: planned.passId,
      execution: 'a',
      token: planned.leaseToken,
      outcome: { error: { code: 'RESULT_MISSING', message: 'no result' } },
    })
    await releaseLeases(database.db, 'a')
    await seedTopics(database.pool, [plainContract('orders', { version: '2.0.0', keyPath: ['other'] })])
    await start('b', ['orders'])

    const resumed = first((await plan('b', 'curated', heads({ orders: { id: 99n, rows: 50 } }))).passes)

    expect(resumed).toEqual({ ...planned, leaseToken: 2 })
    expect(await listCheckpoints(database.db, ['orders'])).toEqual([])
    const { rows } = await database.pool.query('SELECT attempts, state, error FROM run_passes')
    expect(rows).toEqual([
      { attempts: 2, state: 'RUNNING', error: { code: 'RESULT_MISSING', message: 'no result' } },
    ])
  })

  it('planning again in the same round gives the same passes and is no attempt', async () => {
    await seedTopics(database.pool, [plainContract('orders')])
    await start('a', ['orders'])

    const [one, two] = await Promise.all([
      plan('a', 'curated', heads({ orders: { id: 10n, rows: 5 } })),
      plan('a', 'curated', heads({ orders: { id: 11n, rows: 6 } })),
    ])

    expect(one.passes).toEqual(two.passes)
    const { rows } = await database.pool.query('SELECT attempts FROM run_passes')
    expect(rows).toEqual([{ attempts: 1 }])
  })

  it('a run that lost its lease settles nothing, and only its own topic fails', async () => {
    await seedTopics(database.pool, [plainContract('orders')])
    await start('a', ['orders'])
    const stale = first((await plan('a', 'curated', heads({ orders: { id: 10n, rows: 5 } }))).passes)
    await database.pool.query(`UPDATE run_leases SET until = now() - interval '1 second'`)
    await start('b', ['orders'])
    const fresh = first((await plan('b', 'curated', heads({ orders: { id: 12n, rows: 7 } }))).passes)

    const late = await succeed('a', 'curated', stale)
    const before = await listCheckpoints(database.db, ['orders'])
    const good = await succeed('b', 'curated', fresh)

    expect(late.state).toBe('LEASE_LOST')
    expect(before).toEqual([])
    expect(good.state).toBe('SUCCEEDED')
    expect(fresh).toEqual({ ...stale, leaseToken: 2 })
    const { rows } = await database.pool.query(
      `SELECT execution, outcome, error->>'code' AS code FROM run_topics ORDER BY 1`,
    )
    expect(rows).toEqual([
      { execution: 'a', outcome: 'FAILED', code: 'LEASE_LOST' },
      { execution: 'b', outcome: 'IN_PROGRESS', code: null },
    ])
  })

  it('semantic reads the curated passes since its checkpoint at a pinned snapshot, and waits for a schema', async () => {
    await seedTopics(database.pool, [plainContract('orders', { columnNames: [] })])
    await start('a', ['orders'])
    const one = first((await plan('a', 'curated', heads({ orders: { id: 10n, rows: 5 } }))).passes)
    await succeed('a', 'curated', one, { head: '501' })
    const closed = await plan('a', 'semantic')
    await seedTopics(database.pool, [plainContract('orders', { version: '1.1.0' })])
    const open = first((await plan('a', 'semantic')).passes)
    await succeed('a', 'semantic', open)
    const done = await plan('a', 'semantic')

    expect(closed.counts['no-schema']).toBe(1)
    expect(open).toMatchObject({
      passId: 'orders-semantic-1',
      mode: 'first',
      fromSeq: 0,
      toSeq: 1,
      sourceSnapshot: '501',
      contractVersion: '1.1.0',
    })
    expect(done.passes).toEqual([])
  })

  it('a curated pass that wrote nothing gives the semantic layer nothing to do', async () => {
    await seedTopics(database.pool, [plainContract('orders')])
    await start('a', ['orders'])
    const one = first((await plan('a', 'curated', heads({ orders: { id: 10n, rows: 5 } }))).passes)
    await succeed('a', 'curated', one)
    await succeed('a', 'semantic', first((await plan('a', 'semantic')).passes))
    await releaseLeases(database.db, 'a')
    await start('b', ['orders'])
    const two = first((await plan('b', 'curated', heads({ orders: { id: 11n, rows: 5 } }))).passes)
    await succeed('b', 'curated', two, { state: 'nothing', counts: { read: 0 }, snapshots: {}, rows: {} })
    const semantic = await plan('b', 'semantic')
    await endRun(database.db, { execution: 'b', state: 'SUCCEEDED', endedIn: 'NoNewCuratedData' })

    expect(semantic.passes).toEqual([])
    const { rows } = await database.pool.query(`SELECT outcome FROM run_topics WHERE execution = 'b'`)
    expect(rows).toEqual([{ outcome: 'NO_NEW_CURATED_DATA' }])
    expect(await listCheckpoints(database.db, ['orders'])).toContainEqual(
      expect.objectContaining({
        layer: 'curated',
        passSeq: 2,
        sourceSnapshotId: 11n,
        headSnapshotId: 1_000_001n,
      }),
    )
  })

  it('another key path recomputes both layers, once', async () => {
    await seedTopics(database.pool, [plainContract('orders')])
    await start('a', ['orders'])
    const head = heads({ orders: { id: 10n, rows: 5 } })
    await succeed('a', 'curated', first((await plan('a', 'curated', head)).passes))
    await succeed('a', 'semantic', first((await plan('a', 'semantic')).passes))
    await releaseLeases(database.db, 'a')
    await seedTopics(database.pool, [plainContract('orders', { version: '2.0.0', keyPath: ['other'] })])
    await start('b', ['orders'])

    const curated = first((await plan('b', 'curated', head)).passes)
    await succeed('b', 'curated', curated)
    const semantic = first((await plan('b', 'semantic')).passes)
    await succeed('b', 'semantic', semantic)
    await releaseLeases(database.db, 'b')
    await start('c', ['orders'])

    expect(curated).toMatchObject({ mode: 'recompute', from: null, to: '10' })
    expect(semantic).toMatchObject({ mode: 'recompute', fromSeq: 0, toSeq: 2 })
    expect((await plan('c', 'curated', head)).passes).toEqual([])
    expect((await plan('c', 'semantic')).passes).toEqual([])
  })

  it('what a person asks for is planned once per run, after an open pass', async () => {
    await seedTopics(database.pool, [plainContract('orders')])
    await start('a', ['orders'])
    await succeed(
      'a',
      'curated',
      first((await plan('a', 'curated', heads({ orders: { id: 10n, rows: 5 } }))).passes),
    )
    await succeed('a', 'semantic', first((await plan('a', 'semantic')).passes))
    await releaseLeases(database.db, 'a')
    await start('b', ['orders'])
    const request = { mode: 'keys', keysObjects: { orders: 's3://lake/keys.ndjson' } } as const

    const keys = first((await plan('b', 'semantic', new Map(), { request })).passes)
    await succeed('b', 'semantic', keys)
    const again = await plan('b', 'semantic', new Map(), { request })

    expect(keys).toMatchObject({ mode: 'keys', keysObject: 's3://lake/keys.ndjson', fromSeq: 1, toSeq: 1 })
    expect(again.passes).toEqual([])
  })

  it('a held pass moves no checkpoint, and nothing is planned past it', async () => {
    await seedTopics(database.pool, [plainContract('orders')])
    await start('a', ['orders'])
    await succeed(
      'a',
      'curated',
      first((await plan('a', 'curated', heads({ orders: { id: 10n, rows: 5 } }))).passes),
    )
    const pass = first((await plan('a', 'semantic')).passes)

    const settled = await succeed('a', 'semantic', pass, {
      isHeld: true,
      branch: 'pass_1',
      findings: [
        {
          kind: 'CDE_SPIKE',
          path: [],
          count: 12,
          detail: '12 % of the rows',
          column: null,
          sampleMessageId: 'm1',
        },
      ],
    })

    expect(settled.state).toBe('HELD')
    expect(await listCheckpoints(database.db, ['orders'])).toHaveLength(1)
    await releaseLeases(database.db, 'a')
    await start('b', ['orders'])
    expect(await plan('b', 'semantic')).toMatchObject({ passes: [], counts: { held: 1 } })
    const { rows } = await database.pool.query('SELECT kind, count, state FROM drift_findings')
    expect(rows).toEqual([{ kind: 'CDE_SPIKE', count: '12', state: 'open' }])
  })

  it('a person releases a held pass, or discards it: then its stretch is planned anew', async () => {
    await seedTopics(database.pool, [plainContract('kept'), plainContract('dropped')])
    const head = heads({ kept: { id: 10n, rows: 5 }, dropped: { id: 11n, rows: 5 } })
    await start('a', ['kept', 'dropped'])
    for (const pass of (await plan('a', 'curated', head)).passes) await succeed('a', 'curated', pass)
    const held = (await plan('a', 'semantic')).passes
    for (const pass of held) await succeed('a', 'semantic', pass, { isHeld: true, branch: 'pass_1' })
    await releaseLeases(database.db, 'a')
    const decide = async (execution: string, topic: string, verdict: 'release' | 'discard') => {
      await start(execution, [topic])
      const { passes } = await plan(execution, 'semantic', new Map(), { request: { mode: 'held', verdict } })
      const settled = await succeed(execution, 'semantic', first(passes))
      return { pass: first(passes), settled, next: await plan(execution, 'semantic') }
    }

    const kept = await decide('b', 'kept', 'release')
    const dropped = await decide('c', 'dropped', 'discard')

    const original = held.find((p) => p.topic === 'kept')
    expect(kept.pass).toEqual({ ...original, leaseToken: 2, verdict: 'release' })
    expect(kept.settled.state).toBe('SUCCEEDED')
    expect(kept.next.passes).toEqual([])
    expect(dropped.settled.state).toBe('DISCARDED')
    expect(dropped.next.passes).toMatchObject([
      { passId: 'dropped-semantic-2', mode: 'first', fromSeq: 0, toSeq: 1, verdict: null },
    ])
    expect(await listCheckpoints(database.db, ['kept', 'dropped'])).toHaveLength(3)
  })

  it('a topic without a contract fails alone', async () => {
    await seedTopics(database.pool, [plainContract('orders'), plainContract('payments')])
    await database.pool.query(`DELETE FROM contract_versions WHERE topic = 'payments'`)
    await start('a', ['orders', 'payments'])

    const { passes } = await plan(
      'a',
      'curated',
      heads({ orders: { id: 1n, rows: 1 }, payments: { id: 2n, rows: 1 } }),
    )

    expect(passes.map((p) => p.topic)).toEqual(['orders'])
    expect(await countTopics(database.db, 'a')).toEqual({ topics: 2, inProgress: 1, failed: 1, behind: 0 })
  })
})

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
