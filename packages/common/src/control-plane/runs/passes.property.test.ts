import fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { passResult, plainContract, seedTopics } from '../testing/seed-runs.ts'
import { createTestDatabase, type TestDatabase } from '../testing/test-database.ts'
import { beginRun } from './begin-run.ts'
import { endRun } from './end-run.ts'
import { failRun } from './fail-run.ts'
import { type PlannedPass, planPasses } from './plan-passes.ts'
import { releaseLeases } from './release-leases.ts'
import { settlePass } from './settle-pass.ts'
import { takeLeases } from './take-leases.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.close())

type Layer = 'curated' | 'semantic'
/** What the "tables" hold: a pass's work is there once it is committed, and a repeated pass finds itself (as the jobs do). */
type Tables = { committed: Map<string, PlannedPass>; order: Record<Layer, PlannedPass[]> }
type Run = { execution: string; plans: Record<Layer, PlannedPass | undefined> }

const topic = 'orders'
const step = fc.oneof(
  { arbitrary: fc.record({ do: fc.constant('ingest' as const) }), weight: 3 },
  { arbitrary: fc.record({ do: fc.constant('open' as const), run: fc.nat(1) }), weight: 4 },
  {
    arbitrary: fc.record({
      do: fc.constantFrom('plan' as const, 'work' as const, 'settle' as const),
      run: fc.nat(1),
      layer: fc.constantFrom<Layer>('curated', 'semantic'),
    }),
    weight: 16,
  },
  { arbitrary: fc.record({ do: fc.constant('fail' as const), run: fc.nat(1) }), weight: 1 },
  { arbitrary: fc.record({ do: fc.constant('release' as const), run: fc.nat(1) }), weight: 2 },
  // A lease that runs out under a run that is still at work.
  { arbitrary: fc.record({ do: fc.constant('expire' as const) }), weight: 2 },
  // The same step twice at once, as Step Functions repeats a call whose answer was lost.
  {
    arbitrary: fc.record({
      do: fc.constant('settle-twice' as const),
      run: fc.nat(1),
      layer: fc.constantFrom<Layer>('curated', 'semantic'),
    }),
    weight: 2,
  },
)
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never

it('whatever crashes, repeats or overtakes: every stretch is applied once, in order, and the checkpoint says which', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 20, maxLength: 60 }), async (steps) => {
      const world = await freshWorld()
      for (const s of steps) await world.take(s)
      await world.finish()
      world.assess(await world.checkpoints())
    }),
    { numRuns: 60 },
  )
}, 300_000)

async function freshWorld() {
  await database.owner.query(
    'TRUNCATE topics, topic_status, contract_versions, checkpoints, checkpoint_history, run_leases, runs, run_topics, run_passes, drift_findings CASCADE',
  )
  await seedTopics(database.pool, [plainContract(topic)])
  const { db, pool } = database
  const tables: Tables = { committed: new Map(), order: { curated: [], semantic: [] } }
  const runs: (Run | undefined)[] = [undefined, undefined]
  let started = 0
  let head = 0n

  const tokenIsCurrent = async (token: number): Promise<boolean> =>
    (await pool.query('SELECT 1 FROM run_leases WHERE topic = $1 AND fencing_token = $2', [topic, token]))
      .rowCount === 1

  async function open(slot: number): Promise<void> {
    const execution = `run-${++started}`
    await beginRun(db, { execution, arn: null, input: { topics: [topic] } })
    await takeLeases(db, { execution, leaseSeconds: 3_600, round: 1 })
    runs[slot] = { execution, plans: { curated: undefined, semantic: undefined } }
  }

  async function plan(run: Run, layer: Layer): Promise<void> {
    const heads = new Map([[topic, head === 0n ? null : { snapshotId: head, rows: Number(head) }]])
    const { passes } = await planPasses(db, {
      execution: run.execution,
      round: 1,
      layer,
      planKey: 'plan',
      heads,
      request: null,
    })
    run.plans[layer] = passes[0]
  }

  /** The job: looks at the lease, finds its own earlier commit, else commits. */
  async function work(run: Run, layer: Layer): Promise<void> {
    const pass = run.plans[layer]
    if (pass === undefined || !(await tokenIsCurrent(pass.leaseToken))) return
    const known = tables.committed.get(pass.passId)
    if (known) expect({ ...known, leaseToken: 0 }).toEqual({ ...pass, leaseToken: 0 })
    else {
      tables.committed.set(pass.passId, pass)
      tables.order[layer].push(pass)
    }
  }

  /** A result is there only when the job has committed; the lease decides whether it counts. */
  async function settle(run: Run, layer: Layer): Promise<void> {
    const pass = run.plans[layer]
    if (pass === undefined) return
    await settlePass(db, {
      passId: pass.passId,
      execution: run.execution,
      token: pass.leaseToken,
      outcome: tables.committed.has(pass.passId)
        ? { result: passResult(pass, { execution: run.execution, layer }) }
        : { error: { code: 'RESULT_MISSING', message: 'nothing' } },
    })
  }

  async function take(s: Step): Promise<void> {
    if (s.do === 'ingest') head += 1n
    else if (s.do === 'expire')
      await pool.query(`UPDATE run_leases SET until = now() - interval '1 second' WHERE until IS NOT NULL`)
    else if (s.do === 'open') await open(s.run)
    else {
      const run = runs[s.run]
      if (run === undefined) return
      if (s.do === 'plan') await plan(run, s.layer)
      else if (s.do === 'work') await work(run, s.layer)
      else if (s.do === 'settle') await settle(run, s.layer)
      else if (s.do === 'settle-twice') await Promise.all([settle(run, s.layer), settle(run, s.layer)])
      else if (s.do === 'fail')
        await failRun(db, { execution: run.execution, state: 'FAILED', error: { code: 'X', message: 'x' } })
      else await endAndRelease(run, s.run)
    }
  }

  async function endAndRelease(run: Run, slot: number): Promise<void> {
    await releaseLeases(db, run.execution)
    await endRun(db, { execution: run.execution, state: 'SUCCEEDED' })
    runs[slot] = undefined
  }

  /** A last run with nothing in its way: afterwards all that was ingested must be through. */
  async function finish(): Promise<void> {
    await pool.query('UPDATE run_leases SET execution = NULL, until = NULL')
    head += 1n
    for (let n = 0; n < 2; n++) {
      await open(0)
      const run = runs[0]
      if (run === undefined) return
      for (const layer of ['curated', 'semantic'] as const) {
        await plan(run, layer)
        await work(run, layer)
        await settle(run, layer)
      }
      await endAndRelease(run, 0)
    }
  }

  return {
    take,
    finish,
    checkpoints: async () =>
      (
        await pool.query<{
          layer: Layer
          pass_seq: string
          source_snapshot_id: string
          source_seq: string | null
        }>('SELECT layer, pass_seq, source_snapshot_id, source_seq FROM checkpoints ORDER BY layer')
      ).rows,
    assess(
      checkpoints: {
        layer: Layer
        pass_seq: string
        source_snapshot_id: string
        source_seq: string | null
      }[],
    ): void {
      const { curated, semantic } = tables.order
      // Each stretch begins where the one before ended: nothing left out, nothing twice, in the order of the numbers.
      expect(curated.map((p) => p.from)).toEqual([null, ...curated.slice(0, -1).map((p) => p.to)])
      expect(curated.at(-1)?.to).toBe(String(head))
      expect(curated.map((p) => p.passSeq)).toEqual(curated.map((_, n) => n + 1))
      expect(semantic.map((p) => p.fromSeq)).toEqual([0, ...semantic.slice(0, -1).map((p) => p.toSeq)])
      expect(semantic.at(-1)?.toSeq).toBe(curated.length)
      expect(checkpoints).toMatchObject([
        { layer: 'curated', pass_seq: String(curated.length), source_snapshot_id: String(head) },
        { layer: 'semantic', pass_seq: String(semantic.length), source_seq: String(curated.length) },
      ])
    },
  }
}
