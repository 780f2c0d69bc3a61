import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { first, heads, runHarness } from '../testing/run-harness.ts'
import { plainContract, seedTopics } from '../testing/seed-runs.ts'
import { createTestDatabase, type TestDatabase } from '../testing/test-database.ts'
import { countTopics } from './count-topics.ts'
import { endRun } from './end-run.ts'
import { listCheckpoints } from './list-checkpoints.ts'
import { listDueTopics } from './list-due-topics.ts'
import { releaseLeases } from './release-leases.ts'
import { settlePass } from './settle-pass.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.close())
const { clear, start, plan, succeed } = runHarness(() => database)
beforeEach(clear)

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

  it('a first semantic pass over a long history stops within its rows, and the next goes on there', async () => {
    await seedTopics(database.pool, [plainContract('orders', { columnNames: [] })])
    await start('a', ['orders'])
    for (const id of [10n, 20n, 30n]) {
      const pass = first((await plan('a', 'curated', heads({ orders: { id, rows: Number(id) } }))).passes)
      await succeed('a', 'curated', pass, { counts: { read: 900_000, versions: 900_000 } })
    }
    await seedTopics(database.pool, [plainContract('orders', { version: '1.1.0' })])
    const one = first((await plan('a', 'semantic')).passes)
    await succeed('a', 'semantic', one)
    await releaseLeases(database.db, 'a')
    await endRun(database.db, { execution: 'a', state: 'SUCCEEDED', endedIn: 'FullPipelineSuccess' })
    const due = await listDueTopics(database.db, { rowsMin: 1_000_000, defaultLatencySeconds: 3_600 })
    await start('b', ['orders'])
    const two = first((await plan('b', 'semantic')).passes)
    await succeed('b', 'semantic', two)

    expect(one).toMatchObject({ mode: 'first', fromSeq: 0, toSeq: 2 })
    expect(due).toMatchObject([{ topic: 'orders', reason: 'semantic' }])
    expect(two).toMatchObject({ mode: 'incremental', fromSeq: 2, toSeq: 3 })
    expect((await plan('b', 'semantic')).passes).toEqual([])
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

  it('a contract that newly declares an object reads the rows before it again from RAW, once', async () => {
    const draft = plainContract('orders', { columnNames: [] })
    const [column] = plainContract('orders').columns
    const withObject = plainContract('orders', {
      version: '1.1.0',
      columns: column
        ? [column, { ...column, name: 'address', path: ['address'], type: { kind: 'object' } }]
        : [],
    })
    const head = heads({ orders: { id: 10n, rows: 5 } })
    await seedTopics(database.pool, [draft], 'draft')
    await start('a', ['orders'])
    await succeed('a', 'curated', first((await plan('a', 'curated', head)).passes))
    await releaseLeases(database.db, 'a')
    await seedTopics(database.pool, [withObject])
    await start('b', ['orders'])

    const again = first((await plan('b', 'curated', head)).passes)
    await succeed('b', 'curated', again)
    const semantic = first((await plan('b', 'semantic')).passes)

    expect(again).toMatchObject({ mode: 'recompute', from: null, to: '10' })
    expect(semantic).toMatchObject({ mode: 'first', toSeq: 2 })
    expect((await plan('b', 'curated', head)).passes).toEqual([])
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
