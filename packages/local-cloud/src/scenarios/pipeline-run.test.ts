import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { mapConcurrent } from '@lean-ops/common/concurrency/map-concurrent'
import { plainContract, seedTopics } from '@lean-ops/common/control-plane/testing/seed-runs'
import type { ContractModel } from '@lean-ops/common/odcs/contract-model'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { type Pipeline, startPipeline } from '../testing/pipeline-run/start-pipeline.ts'

// Functions start cold, and every fault is waited out for real.
vi.setConfig({ testTimeout: 240_000, hookTimeout: 300_000 })

let pipeline: Pipeline
beforeAll(async () => {
  pipeline = await startPipeline()
})
afterAll(() => pipeline?.close())

const mint = (word: string): string => `${word}-${randomUUID().slice(0, 8)}`

/** Topics with a RAW commit each. */
async function makeTopics(
  count: number,
  contract: Partial<ContractModel> & { columnNames?: string[] } = {},
  state: 'active' | 'draft' = 'active',
) {
  const topics = Array.from({ length: count }, () => mint('topic'))
  await seedTopics(
    pipeline.database.pool,
    topics.map((t) => plainContract(t, contract)),
    state,
  )
  for (const topic of topics) await pipeline.commitRaw(topic, { id: '9007199254740993001', rows: 5 })
  return topics
}

async function run(topics: readonly string[], machine?: 'hasty') {
  const name = mint('run')
  await pipeline.start(name, { topics }, machine)
  const ended = await pipeline.untilEnded(name)
  return { name, status: ended.status, error: ended.error, cause: ended.cause, states: await statesOf(name) }
}

const statesOf = async (name: string): Promise<string[]> =>
  (await pipeline.history(name)).flatMap((e) => e.stateEnteredEventDetails?.name ?? [])

const query = async <R>(text: string, ...values: unknown[]): Promise<R[]> =>
  (await pipeline.database.pool.query(text, values)).rows

const checkpointsOf = (topics: readonly string[]) =>
  query<{ layer: string; pass_seq: string }>(
    'SELECT layer, pass_seq FROM checkpoints WHERE topic = ANY ($1) ORDER BY topic, layer',
    topics,
  )
const leasesOf = (topics: readonly string[]) =>
  query('SELECT topic FROM run_leases WHERE topic = ANY ($1) AND execution IS NOT NULL', topics)
const passesOf = (topics: readonly string[]) =>
  query<{ pass_id: string; state: string; attempts: number; error: { code: string } | null }>(
    'SELECT pass_id, state, attempts, error FROM run_passes WHERE topic = ANY ($1) ORDER BY pass_id',
    topics,
  )
const runOf = async (name: string) =>
  (
    await query<{
      state: string
      ended_in: string
      error: { code: string; state?: string } | null
      rounds: number
    }>('SELECT state, ended_in, error, rounds FROM runs WHERE execution = $1', name)
  )[0]

async function until(what: string, isTrue: () => Promise<boolean>): Promise<void> {
  for (let n = 0; n < 1_500; n++) {
    if (await isTrue()) return
    await sleep(100)
  }
  throw new Error(`in vain: ${what}`)
}

describe('the ways through', () => {
  test('everything new: each state of the drawing, once', async () => {
    const topics = await makeTopics(1)
    const ended = await run(topics)

    expect(ended).toMatchObject({ status: 'SUCCEEDED' })
    expect(ended.states).toEqual([
      'Start',
      'GetAllCheckpoints',
      'CheckForNewRawData',
      'RunCurationJob',
      'UpdateCurationCheckpoint',
      'CheckSchemaExists',
      'IsSchemaMissing',
      'PlanSemanticPasses',
      'CheckForNewCuratedData',
      'RunSemanticJob',
      'UpdateSemanticCheckpoint',
      'RefreshSnowflake',
      'CheckBacklogThreshold',
      'FullPipelineSuccess',
    ])
    expect(await checkpointsOf(topics)).toEqual([
      { layer: 'curated', pass_seq: '1' },
      { layer: 'semantic', pass_seq: '1' },
    ])
    expect(await leasesOf(topics)).toEqual([])
    expect(await runOf(ended.name)).toMatchObject({
      state: 'SUCCEEDED',
      ended_in: 'FullPipelineSuccess',
      rounds: 1,
    })
    const [row] = await query<{ source_snapshot_id: string }>(
      `SELECT source_snapshot_id FROM checkpoints WHERE topic = $1 AND layer = 'curated'`,
      topics[0],
    )
    expect(row?.source_snapshot_id).toBe('9007199254740993001')
  })

  test('nothing new', async () => {
    const topics = await makeTopics(1)
    await run(topics)
    const ended = await run(topics)

    expect(ended.states).toEqual(['Start', 'GetAllCheckpoints', 'CheckForNewRawData', 'NoNewData'])
    expect(await runOf(ended.name)).toMatchObject({ state: 'SUCCEEDED', ended_in: 'NoNewData' })
    expect(await leasesOf(topics)).toEqual([])
  })

  test('a draft stops at curated with one notice; its schema opens the gate, and the next run catches up', async () => {
    const topics = await makeTopics(1, {}, 'draft')
    const first = await run(topics)
    await pipeline.commitRaw(topics[0] ?? '', { id: '9007199254740993002', rows: 9 })
    const second = await run(topics)
    const told = await query('SELECT state FROM drift_findings WHERE topic = $1', topics[0])
    await seedTopics(pipeline.database.pool, [plainContract(topics[0] ?? '', { version: '1.1.0' })])
    const third = await run(topics)

    expect(first.states.slice(-4)).toEqual([
      'IsSchemaMissing',
      'NotifyMissingSchema',
      'HasOtherTopics',
      'CurationOnlySuccess',
    ])
    expect(second.states.at(-1)).toBe('CurationOnlySuccess')
    expect(told).toEqual([{ state: 'open' }])
    expect(third.states.slice(2, 6)).toEqual([
      'CheckForNewRawData',
      'CheckSchemaExists',
      'IsSchemaMissing',
      'PlanSemanticPasses',
    ])
    expect(third.states.at(-1)).toBe('FullPipelineSuccess')
    expect(await passesOf(topics)).toMatchObject([
      { pass_id: `${topics[0]}-curated-1` },
      { pass_id: `${topics[0]}-curated-2` },
      { pass_id: `${topics[0]}-semantic-1`, state: 'SUCCEEDED' },
    ])
    expect(await query('SELECT state FROM drift_findings WHERE topic = $1', topics[0])).toEqual([
      { state: 'fixed' },
    ])
    const notices = await query<{ notified: number }>(
      'SELECT count(*)::int AS notified FROM drift_findings WHERE topic = $1',
      topics[0],
    )
    expect(notices).toEqual([{ notified: 1 }])
  })

  test('curated wrote nothing: no semantic job', async () => {
    const topics = await makeTopics(1)
    await run(topics)
    await pipeline.commitRaw(topics[0] ?? '', { id: '9007199254740993002', rows: 5 })
    await pipeline.behave(topics[0] ?? '', { curated: { state: 'nothing' } })
    const ended = await run(topics)

    expect(ended.states.slice(-3)).toEqual([
      'PlanSemanticPasses',
      'CheckForNewCuratedData',
      'NoNewCuratedData',
    ])
    expect(await runOf(ended.name)).toMatchObject({ state: 'SUCCEEDED', ended_in: 'NoNewCuratedData' })
  })

  test('with and without schema in one run: one is told, the other goes on', async () => {
    const [open] = await makeTopics(1)
    const [closed] = await makeTopics(1, {}, 'draft')
    const ended = await run([open ?? '', closed ?? ''])

    expect(ended.states.slice(6, 10)).toEqual([
      'IsSchemaMissing',
      'NotifyMissingSchema',
      'HasOtherTopics',
      'PlanSemanticPasses',
    ])
    expect(ended.states.at(-1)).toBe('FullPipelineSuccess')
    const outcomes = await query('SELECT topic, outcome FROM run_topics WHERE execution = $1', ended.name)
    expect(outcomes).toEqual(
      expect.arrayContaining([
        { topic: open, outcome: 'COMPLETE' },
        { topic: closed, outcome: 'CURATED_ONLY' },
      ]),
    )
  })
})

describe('backlog', () => {
  test('10,000 rows stop, 10,001 loop; the loop is bounded and a successor takes the rest', async () => {
    const [calm, busy] = await makeTopics(2)
    await pipeline.behave(calm ?? '', { curated: { rows: 10_000 } })
    await pipeline.behave(busy ?? '', { curated: { rows: 10_001 } })
    // RAW grows under the run: each reading finds another snapshot.
    let id = 0
    let isGrowing = true
    const growing = (async () => {
      while (isGrowing) {
        id += 1
        await pipeline.commitRaw(busy ?? '', {
          id: `9007199254741${String(id).padStart(6, '0')}`,
          rows: 5 + id,
        })
        await sleep(150)
      }
    })()
    const quiet = await run([calm ?? ''])
    const ended = await run([busy ?? ''])
    const successor = `${ended.name}-s1`
    await until('the successor runs', async () => (await runOf(successor)) !== undefined)
    isGrowing = false
    await growing
    await pipeline.behave(busy ?? '', {})
    await pipeline.untilEnded(successor)

    expect(quiet.states.filter((s) => s === 'Loop')).toEqual([])
    expect(ended.states.filter((s) => s === 'Loop')).toHaveLength(2)
    expect(ended.states.slice(-3)).toEqual(['StartSuccessor', 'HasFailedTopics', 'FullPipelineSuccess'])
    expect(await runOf(ended.name)).toMatchObject({ state: 'SUCCEEDED', rounds: 3 })
    expect(
      await query('SELECT trigger, parent_execution, topics FROM runs WHERE execution = $1', successor),
    ).toEqual([{ trigger: 'successor', parent_execution: ended.name, topics: [busy] }])
  })
})

/** What every fault must leave: no checkpoint, no lease, the reason, and a pass that the next run resumes exactly. */
async function expectOpen(topics: readonly string[], name: string, code: string): Promise<void> {
  expect(await checkpointsOf(topics)).toEqual([])
  expect(await leasesOf(topics)).toEqual([])
  expect((await runOf(name))?.error).toMatchObject({ code })
  const before = await passesOf(topics)
  expect(before).toHaveLength(topics.length)

  for (const topic of topics) await pipeline.behave(topic, {})
  for (const topic of topics) await pipeline.commitRaw(topic, { id: '9007199254740995000', rows: 50 })
  const again = await run(topics)

  expect(again.status).toBe('SUCCEEDED')
  const after = await passesOf(topics)
  expect(after.filter((p) => p.pass_id.includes('-curated-'))).toEqual(
    before.map((p) => ({ ...p, state: 'SUCCEEDED', attempts: 2, error: null })),
  )
}

describe('faults', () => {
  test('the job fails', async () => {
    const topics = await makeTopics(1)
    await pipeline.behave(topics[0] ?? '', { curated: { isJobFailing: true } })
    const ended = await run(topics)

    expect(ended).toMatchObject({ status: 'FAILED', error: 'JOB_FAILED' })
    expect(ended.cause).toContain('OutOfMemoryError')
    expect(ended.states.slice(-2)).toEqual(['RecordFailure', 'RunFailed'])
    expect(await runOf(ended.name)).toMatchObject({ state: 'FAILED', error: { state: 'RunCurationJob' } })
    await expectOpen(topics, ended.name, 'JOB_FAILED')
  })

  test('the job fails after three topics of five: those three are settled', async () => {
    const topics = (await makeTopics(5)).sort()
    await pipeline.behave(topics[3] ?? '', { curated: { isJobFailing: true } })
    const ended = await run(topics)

    expect(ended).toMatchObject({ status: 'FAILED', error: 'JOB_FAILED' })
    expect(await checkpointsOf(topics.slice(0, 3))).toHaveLength(3)
    expect(await checkpointsOf(topics.slice(3))).toEqual([])
    expect(await leasesOf(topics)).toEqual([])
    await pipeline.behave(topics[3] ?? '', {})
    const again = await run(topics)
    expect(again.status).toBe('SUCCEEDED')
    expect(await checkpointsOf(topics)).toEqual(
      topics.flatMap(() => [
        { layer: 'curated', pass_seq: '1' },
        { layer: 'semantic', pass_seq: '1' },
      ]),
    )
  })

  test('the job takes too long: it is stopped', async () => {
    const topics = await makeTopics(1)
    await pipeline.behave(topics[0] ?? '', { curated: { sleepSeconds: 60 } })
    const ended = await run(topics, 'hasty')

    expect(ended).toMatchObject({ status: 'FAILED', error: 'JOB_TIMED_OUT' })
    await until('the job has stopped', async () =>
      (await pipeline.jobStates('curated', ended.name)).every((s) => s === 'STOPPED'),
    )
    await expectOpen(topics, ended.name, 'JOB_TIMED_OUT')
  })

  test('no free place for the job: it waits', async () => {
    const topics = await makeTopics(4)
    for (const topic of topics) await pipeline.behave(topic, { curated: { sleepSeconds: 1 } })
    const ended = await Promise.all(topics.map((topic) => run([topic])))

    expect(ended.map((e) => e.status)).toEqual(['SUCCEEDED', 'SUCCEEDED', 'SUCCEEDED', 'SUCCEEDED'])
    const failures = (await Promise.all(ended.map((e) => pipeline.history(e.name))))
      .flat()
      .flatMap((e) => e.taskFailedEventDetails?.error ?? [])
    expect(new Set(failures)).toEqual(new Set(['Glue.ConcurrentRunsExceededException']))
  })

  test('a person stops the run', async () => {
    const topics = await makeTopics(1)
    await pipeline.behave(topics[0] ?? '', { curated: { sleepSeconds: 5 } })
    const name = mint('run')
    await pipeline.start(name, { topics })
    await until('the job runs', async () => (await pipeline.jobStates('curated', name)).includes('RUNNING'))
    await pipeline.stop(name)
    await until('the run is put away', async () => (await runOf(name))?.state === 'ABORTED')

    await until('the job has stopped', async () =>
      (await pipeline.jobStates('curated', name)).every((s) => s === 'STOPPED'),
    )
    await expectOpen(topics, name, 'RUN_STOPPED')
  })

  test('the lease is lost to another run: one of them applies the pass', async () => {
    const topics = await makeTopics(1)
    await pipeline.behave(topics[0] ?? '', { curated: { untilToken: 2 } })
    const slow = mint('run')
    await pipeline.start(slow, { topics })
    await until('the job runs', async () => (await pipeline.jobStates('curated', slow)).includes('RUNNING'))
    await pipeline.database.pool.query(
      `UPDATE run_leases SET until = now() - interval '1 second' WHERE topic = $1`,
      topics,
    )
    const fast = await run(topics)
    const lost = await pipeline.untilEnded(slow)

    expect(fast.status).toBe('SUCCEEDED')
    expect(lost.status).toBe('FAILED')
    const [row] = await query<{ outcome: string; code: string }>(
      `SELECT outcome, error->>'code' AS code FROM run_topics WHERE execution = $1`,
      slow,
    )
    expect(row).toEqual({ outcome: 'FAILED', code: 'LEASE_LOST' })
    expect(await query('SELECT execution FROM checkpoint_history WHERE topic = $1', topics[0])).toEqual([
      { execution: fast.name },
      { execution: fast.name },
    ])
    expect(await leasesOf(topics)).toEqual([])
  })

  test('another run of the same topic finds it busy and touches nothing', async () => {
    const topics = await makeTopics(1)
    await pipeline.behave(topics[0] ?? '', { curated: { sleepSeconds: 2 } })
    const first = mint('run')
    await pipeline.start(first, { topics })
    await until('the job runs', async () => (await pipeline.jobStates('curated', first)).includes('RUNNING'))
    const second = await run(topics)
    const ended = await pipeline.untilEnded(first)

    expect(second.states.at(-1)).toBe('NoNewData')
    expect(await query('SELECT outcome FROM run_topics WHERE execution = $1', second.name)).toEqual([
      { outcome: 'BUSY' },
    ])
    expect(ended.status).toBe('SUCCEEDED')
  })

  test('the job leaves no result', async () => {
    const topics = await makeTopics(1)
    await pipeline.behave(topics[0] ?? '', { curated: { isSilent: true } })
    const ended = await run(topics)

    expect(ended).toMatchObject({ status: 'FAILED', error: 'TOPICS_FAILED' })
    expect(await passesOf(topics)).toMatchObject([{ state: 'FAILED', error: { code: 'RESULT_MISSING' } }])
    await expectOpen(topics, ended.name, 'TOPICS_FAILED')
  })

  test.each([
    ['another pass', { passSeq: 7 }],
    ['other bounds', { to: '1' }],
    ['no snapshot id', { snapshots: { versions: 12 } }],
  ])('the result is of %s', async (_, result) => {
    const topics = await makeTopics(1)
    await pipeline.behave(topics[0] ?? '', { curated: { result } })
    const ended = await run(topics)

    expect(await passesOf(topics)).toMatchObject([{ state: 'FAILED', error: { code: 'RESULT_INVALID' } }])
    await expectOpen(topics, ended.name, 'TOPICS_FAILED')
  })

  test('the checkpoints cannot be read: an error, never "first run"', async () => {
    const topics = await makeTopics(1)
    await pipeline.database.owner.query('REVOKE SELECT ON checkpoints FROM lean_ops_app')
    const ended = await run(topics).finally(() =>
      pipeline.database.owner.query('GRANT SELECT ON checkpoints TO lean_ops_app'),
    )

    expect(ended).toMatchObject({ status: 'FAILED', error: 'STEP_FAILED' })
    expect(await runOf(ended.name)).toMatchObject({ state: 'FAILED', error: { state: 'GetAllCheckpoints' } })
    expect(await passesOf(topics)).toEqual([])
    expect(await leasesOf(topics)).toEqual([])
    expect((await run(topics)).status).toBe('SUCCEEDED')
  })

  test('one topic of five fails in its pass: the others go all the way', async () => {
    const topics = (await makeTopics(5)).sort()
    const bad = topics[2] ?? ''
    await pipeline.behave(bad, {
      curated: { error: { code: 'RAW_NOT_APPEND_ONLY', message: 'overwrite', class: 'data' } },
    })
    const ended = await run(topics)

    expect(ended).toMatchObject({ status: 'FAILED', error: 'TOPICS_FAILED' })
    expect(ended.states).toContain('UpdateSemanticCheckpoint')
    expect(await checkpointsOf(topics)).toHaveLength(8)
    const outcomes = await query<{ topic: string; outcome: string; code: string | null }>(
      `SELECT topic, outcome, error->>'code' AS code FROM run_topics WHERE execution = $1 ORDER BY topic`,
      ended.name,
    )
    expect(outcomes).toEqual(
      topics.map((topic) =>
        topic === bad
          ? { topic, outcome: 'FAILED', code: 'RAW_NOT_APPEND_ONLY' }
          : { topic, outcome: 'COMPLETE', code: null },
      ),
    )
    expect(await leasesOf(topics)).toEqual([])
  })

  test('the input names no topics: said at once, nothing held', async () => {
    const name = mint('run')
    await pipeline.start(name, { topics: [] })
    const ended = await pipeline.untilEnded(name)

    expect(ended).toMatchObject({ status: 'FAILED', error: 'INVALID_INPUT' })
  })
})

test('700 topics: no state comes near 256 KiB', async () => {
  const topics = Array.from({ length: 700 }, (_, n) => `fleet-topic-with-a-rather-long-name-number-${n}`)
  await mapConcurrent(topics, 16, async (topic) => {
    await seedTopics(pipeline.database.pool, [plainContract(topic)])
    await pipeline.commitRaw(topic, { id: '9007199254740993001', rows: 5 })
  })
  const name = mint('run')
  await pipeline.start(name, { topics })
  await pipeline.untilEnded(name)
  const history = await pipeline.history(name)

  const sizes = history.map((event) => Buffer.byteLength(JSON.stringify(event)))
  expect(Math.max(...sizes)).toBeLessThan(64 * 1024)
  const late = history.slice(
    history.findIndex((e) => e.stateEnteredEventDetails?.name === 'CheckForNewRawData'),
  )
  expect(Math.max(...late.map((e) => Buffer.byteLength(JSON.stringify(e))))).toBeLessThan(4 * 1024)
  expect(await query('SELECT summary FROM runs WHERE execution = $1', name)).toMatchObject([
    { summary: { COMPLETE: 700 } },
  ])
}, 600_000)
