import { createHash } from 'node:crypto'
import type { JobParameters } from '@lean-ops/common/contract/operation'
import { RunSettings } from '@lean-ops/common/contract/operation'
import type { Plan, PlanSelection } from '@lean-ops/common/contract/plan'
import type { TopicOutcome } from '@lean-ops/common/contract/run'
import type { WhatIf } from '@lean-ops/common/contract/what-if'
import { recordWhatIf } from '@lean-ops/common/control-plane/contracts/record-what-if'
import { changeOperation } from '@lean-ops/common/control-plane/operations/change-operation'
import { confirmPlan } from '@lean-ops/common/control-plane/operations/confirm-plan'
import { createJobPlan } from '@lean-ops/common/control-plane/operations/create-job-plan'
import { createPlan } from '@lean-ops/common/control-plane/operations/create-plan'
import { createRun } from '@lean-ops/common/control-plane/runs/create-run'
import { takeLeases } from '@lean-ops/common/control-plane/runs/take-leases'
import { seedDeadLetters } from '@lean-ops/common/control-plane/testing/seed-dead-letters'
import { createTestDatabase, type TestDatabase } from '@lean-ops/common/control-plane/testing/test-database'
import { AppError } from '@lean-ops/common/errors/app-error'
import { makeContract } from '@lean-ops/common/odcs/testing/make-contract'
import { createTopicRegistry } from '@lean-ops/common/topics/topic-registry'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { planMaintenance } from '../plan-maintenance.ts'
import { runSlice, type SliceDeps } from '../run-slice.ts'
import type { LakeJobState } from './follow-lake-job.ts'
import type { JobPorts } from './job-ports.ts'
import { fakeJobPorts } from './testing/fake-job-ports.ts'

const ana = { kind: 'user', id: 'ana', name: 'Ana' } as const
let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase()
  await database.pool.query(
    `INSERT INTO topics (topic, owner, status, queue_name, table_name)
     SELECT t, CASE WHEN t LIKE 'g-%' THEN 'growth' ELSE 'commerce' END, 'active', 'q-' || t, t
     FROM unnest(ARRAY['run-1', 'run-2', 'run-3', 'busy', 'stop-1', 'g-1', 're-1', 're-2', 'cancel-1', 'kill-1', 'snow-1', 'account-1', 'what-1',
       'act-1', 'parent-1', 'parent-2', 'lake-1', 'lake-2', 'lake-3', 'lake-4']) AS t`,
  )
})
afterAll(() => database.close())

const depsWith = (jobs: Partial<JobPorts>, workerId = 'w1'): SliceDeps => ({
  db: database.db,
  registry: createTopicRegistry({ version: 1, stage: 'test', topics: [] }),
  jobs: fakeJobPorts(jobs),
  archiveBucket: 'archive',
  lineageSecret: 'secret',
  s3: { send: async () => ({}) } as never,
  loadBody: async () => undefined,
  send: {
    queueOf: () => async () => [],
    putArchive: async () => undefined,
    clock: { remainingMs: () => 60_000, random: Math.random, sleep: async () => undefined },
    concurrency: 1,
  },
  workerId,
  leaseSeconds: 30,
  globalRateMax: 1_000,
  remainingMs: () => 60_000,
  sleep: async () => undefined,
  now: () => new Date(),
})

const scopes = { readOwners: '*', actOwners: '*' } as const
const plan = (parameters: JobParameters, selection: PlanSelection, over: object = {}): Promise<Plan> =>
  createJobPlan(database.db, { parameters, selection, actor: ana, ...scopes, now: new Date(), ...over })
const confirm = (planId: string, over: object = {}): Promise<string> =>
  confirmPlan(database.db, {
    planId,
    reason: 'a test',
    settings: RunSettings.parse({}),
    actor: ana,
    ...scopes,
    now: new Date(),
    ...over,
  })
const begin = async (parameters: JobParameters, selection: PlanSelection, over: object = {}) =>
  confirm((await plan(parameters, selection, over)).id, over)
const topics = (...names: string[]): PlanSelection => ({ by: 'topics', topics: names })

/** Step Functions as far as the control plane sees it: a start is a RUNNING row, an end gives every topic its outcome. */
const pipeline = () => {
  const started: { execution: string; input: unknown }[] = []
  const stopped: string[] = []
  const startRun: JobPorts['startRun'] = async (run) => {
    await createRun(database.db, run)
    await database.pool.query(`UPDATE runs SET state = 'RUNNING', started_at = now() WHERE execution = $1`, [
      run.execution,
    ])
    started.push(run)
  }
  const end = async (execution: string, outcomes: Record<string, TopicOutcome>, state = 'SUCCEEDED') => {
    for (const [topic, outcome] of Object.entries(outcomes))
      await database.pool.query(
        `INSERT INTO run_topics (execution, topic, outcome, error) VALUES ($1, $2, $3, $4)`,
        [
          execution,
          topic,
          outcome,
          outcome === 'FAILED' ? '{"code":"JOB_FAILED","message":"out of memory"}' : null,
        ],
      )
    await database.pool.query(`UPDATE runs SET state = $2, finished_at = now() WHERE execution = $1`, [
      execution,
      state,
    ])
  }
  const stopRun: JobPorts['stopRun'] = async ({ execution }) => {
    stopped.push(execution)
  }
  return { started, stopped, end, ports: { startRun, stopRun } }
}

const operation = async (id: string) =>
  (await database.pool.query('SELECT * FROM operations WHERE id = $1', [id])).rows[0]
const items = async (id: string) =>
  (
    await database.pool.query(
      'SELECT topic, state, outcome, reason, detail FROM operation_items WHERE operation_id = $1 ORDER BY sequence',
      [id],
    )
  ).rows
const audited = async (id: string) =>
  (
    await database.pool.query('SELECT action, outcome FROM audit_log WHERE operation_id = $1 ORDER BY seq', [
      id,
    ])
  ).rows.map((row) => row.action)

describe('runs', () => {
  it('starts one execution for all topics, follows it to its end, and gives each topic one outcome', async () => {
    const machine = pipeline()
    const id = await begin({ kind: 'run-with-input' }, topics('run-1', 'run-2', 'run-3'))

    const first = await runSlice(id, depsWith(machine.ports))
    const waiting = await runSlice(id, depsWith(machine.ports))
    await machine.end(`op-${id}`, { 'run-1': 'COMPLETE', 'run-2': 'FAILED', 'run-3': 'BUSY' }, 'FAILED')
    const last = await runSlice(id, depsWith(machine.ports))

    expect([first.again, waiting.again, last.again]).toEqual(['later', 'later', 'never'])
    expect(machine.started).toEqual([
      expect.objectContaining({
        execution: `op-${id}`,
        input: { topics: ['run-1', 'run-2', 'run-3'], trigger: 'operation', operationId: id },
      }),
    ])
    expect(await items(id)).toMatchObject([
      { topic: 'run-1', outcome: 'resolved', reason: null },
      {
        topic: 'run-2',
        outcome: 'failed',
        reason: 'run_failed',
        detail: 'failed: JOB_FAILED: out of memory',
      },
      { topic: 'run-3', outcome: 'skipped', reason: 'topic_busy' },
    ])
    expect(await operation(id)).toMatchObject({
      state: 'completed_with_failures',
      title: 'Run 3 topics now',
      total: 3,
      resolved: 1,
      failed: 1,
      skipped: 1,
    })
    expect(await audited(id)).toEqual(['run-with-input.create', 'run-with-input.finish'])
  })

  it('a worker that dies after writing the start down is replaced by one that starts the same run', async () => {
    const machine = pipeline()
    const id = await begin({ kind: 'rebuild', layer: 'curated' }, topics('kill-1'))
    const dying = runSlice(
      id,
      depsWith({
        startRun: async () => {
          throw new Error('killed')
        },
      }),
    )

    await expect(dying).rejects.toThrow('killed')
    await database.pool.query('UPDATE operations SET lease_until = now() WHERE id = $1', [id])
    await runSlice(id, depsWith(machine.ports, 'w2'))
    await machine.end(`op-${id}`, { 'kill-1': 'COMPLETE' })
    await runSlice(id, depsWith(machine.ports, 'w2'))

    expect(machine.started.map((run) => run.input)).toEqual([
      expect.objectContaining({ request: { mode: 'recompute', layer: 'curated' } }),
    ])
    expect(await operation(id)).toMatchObject({ state: 'completed', resolved: 1 })
  })

  it('a redrive takes up what failed, names its parent, and refuses a run that did not fail', async () => {
    const machine = pipeline()
    const input = { topics: ['parent-1', 'parent-2'], trigger: 'schedule' as const }
    await machine.ports.startRun({ execution: 'slot-1', input, actor: ana })
    const tooEarly = await plan({ kind: 'redrive' }, { by: 'run', execution: 'slot-1' })
    await machine.end('slot-1', { 'parent-1': 'COMPLETE', 'parent-2': 'FAILED' }, 'FAILED')

    const id = await begin({ kind: 'redrive' }, { by: 'run', execution: 'slot-1' })
    await runSlice(id, depsWith(machine.ports))

    expect(tooEarly.preview.blockers).toMatchObject([{ code: 'run_not_failed', blocking: true }])
    await expect(confirm(tooEarly.id)).rejects.toMatchObject({ code: 'CONFLICT' })
    expect(machine.started.at(-1)?.input).toEqual({
      topics: ['parent-2'],
      trigger: 'redrive',
      parentExecution: 'slot-1',
      operationId: id,
    })
    await machine.end(`op-${id}`, { 'parent-2': 'COMPLETE' })
    await runSlice(id, depsWith(machine.ports))
  })

  it('a rerun repeats what the run was asked for', async () => {
    const machine = pipeline()
    const input = {
      topics: ['parent-1'],
      request: { mode: 'recompute' as const, layer: 'semantic' as const },
    }
    await machine.ports.startRun({ execution: 'slot-2', input, actor: ana })
    await machine.end('slot-2', { 'parent-1': 'COMPLETE' })

    const id = await begin({ kind: 'rerun' }, { by: 'run', execution: 'slot-2' })
    await runSlice(id, depsWith(machine.ports))

    expect(machine.started.at(-1)?.input).toMatchObject({
      topics: ['parent-1'],
      parentExecution: 'slot-2',
      request: input.request,
    })
    await machine.end(`op-${id}`, { 'parent-1': 'COMPLETE' })
    await runSlice(id, depsWith(machine.ports))
  })

  it('a stop waits until Step Functions says that the run has ended', async () => {
    const machine = pipeline()
    await machine.ports.startRun({ execution: 'slot-3', input: { topics: ['stop-1'] }, actor: ana })
    const id = await begin({ kind: 'stop' }, { by: 'run', execution: 'slot-3' })

    const asked = await runSlice(id, depsWith(machine.ports))
    await runSlice(id, depsWith(machine.ports))
    await machine.end('slot-3', { 'stop-1': 'FAILED' }, 'ABORTED')
    await runSlice(id, depsWith(machine.ports))

    expect(asked.again).toBe('later')
    expect(machine.stopped).toEqual(['slot-3'])
    expect(await operation(id)).toMatchObject({ state: 'completed', resolved: 1, topics: ['stop-1'] })
  })

  it('cancelling stops the run that it had started', async () => {
    const machine = pipeline()
    const id = await begin({ kind: 'run-with-input' }, topics('cancel-1'))
    await runSlice(id, depsWith(machine.ports))
    await changeOperation(database.db, {
      operationId: id,
      change: { action: 'cancel' },
      ifVersion: 1,
      actor: ana,
    })

    await runSlice(id, depsWith(machine.ports))
    await machine.end(`op-${id}`, { 'cancel-1': 'IN_PROGRESS' }, 'ABORTED')
    await runSlice(id, depsWith(machine.ports))

    expect(machine.stopped).toEqual([`op-${id}`])
    expect(await operation(id)).toMatchObject({ state: 'cancelled', cancelled: 1 })
    expect(await items(id)).toMatchObject([{ outcome: 'cancelled', reason: 'run_stopped' }])
  })

  it('a topic is in one live operation; owners without permission are left out and named', async () => {
    const first = await begin({ kind: 'run-with-input' }, topics('busy'))
    const taken = await plan({ kind: 'rebuild', layer: 'curated' }, topics('busy', 'run-1'))
    const second = await confirm(taken.id)
    const mixed = await plan({ kind: 'run-with-input' }, topics('run-2', 'g-1'), { actOwners: ['commerce'] })

    expect(taken.preview.blockers).toMatchObject([{ code: 'in_other_operation', blocking: false, count: 1 }])
    expect(await items(second)).toMatchObject([
      { topic: 'busy', outcome: 'skipped', reason: 'in_other_operation', detail: first },
      { topic: 'run-1', state: 'pending' },
    ])
    expect(mixed).toMatchObject({
      count: 1,
      preview: { blockers: [{ code: 'owner_refused', count: 1, blocking: false }] },
    })
    await expect(plan({ kind: 'rerun' }, { by: 'run', execution: 'nobody' })).rejects.toMatchObject({
      code: 'NOT_FOUND',
    })
  })
})

describe('re-evaluating rejects', () => {
  it('judges keys by a run, resolves what passes and reopens what does not, per topic', async () => {
    const seed = (topic: string) =>
      seedDeadLetters(
        database.pool,
        [1, 2, 3].map(() => ({ topic, body: '{}', originArn: 'arn', stage: 'semantic' })),
      )
    const [healed, failed] = [await seed('re-1'), await seed('re-2')]
    const letters = [...healed, ...failed]
    const plan = await createPlan(database.db, {
      parameters: { kind: 're-evaluate-rejects' },
      selection: { by: 'ids', ids: letters.map((l) => l.id) },
      actor: ana,
      ...scopes,
      now: new Date(),
    })
    const id = await confirm(plan.id)
    const machine = pipeline()
    const keys: Record<string, readonly string[]> = {}
    const ports: Partial<JobPorts> = {
      ...machine.ports,
      putKeys: async ({ topic }, list) => {
        keys[topic] = list
        return `s3://lake/${topic}`
      },
      listRefused: async function* () {
        yield healed[0]?.messageId ?? ''
      },
    }

    await runSlice(id, depsWith(ports))
    await database.pool.query(
      `INSERT INTO run_passes (pass_id, topic, layer, seq, mode, state, contract_version, contract_sha256, execution, round, fencing_token,
         plan_key, result) VALUES ('re-1-semantic-1', 're-1', 'semantic', 1, 'keys', 'SUCCEEDED', '1.0.0', 'x', $1, 1, 1, 'p', $2)`,
      [`op-${id}`, JSON.stringify({ manifest: 's3://errors/rejects/re-1-semantic-1/manifest.json' })],
    )
    await machine.end(`op-${id}`, { 're-1': 'COMPLETE', 're-2': 'FAILED' }, 'FAILED')
    await runSlice(id, depsWith(ports))

    expect(keys['re-1']).toEqual(healed.map((l) => `m:${l.messageId}`).sort())
    expect(machine.started[0]?.input).toMatchObject({
      request: { mode: 'keys', keysObjects: { 're-1': 's3://lake/re-1', 're-2': 's3://lake/re-2' } },
    })
    expect(await operation(id)).toMatchObject({
      state: 'completed_with_failures',
      resolved: 2,
      returned: 1,
      failed: 3,
    })
    const { rows } = await database.pool.query(
      `SELECT topic, status, count(*)::int AS n FROM dead_letters WHERE topic IN ('re-1', 're-2') GROUP BY 1, 2 ORDER BY 1, 2`,
    )
    expect(rows).toEqual([
      { topic: 're-1', status: 'open', n: 1 },
      { topic: 're-1', status: 'resolved', n: 2 },
      { topic: 're-2', status: 'open', n: 3 },
    ])
  })
})

describe('what asks others for an answer', () => {
  it('a refresh that Snowflake refuses is a failure with its words', async () => {
    const id = await begin({ kind: 'refresh-snowflake' }, topics('snow-1')).catch((error: unknown) => error)
    // No contract names a table: it is blocked before anything runs.
    expect(id).toMatchObject({ code: 'CONFLICT' })
    await seedContract('snow-1', { snowflake: ['DB', 'SCH', 'T'] }, 'active')
    const operationId = await begin({ kind: 'refresh-snowflake' }, topics('snow-1'))

    await runSlice(
      operationId,
      depsWith({
        refreshSnowflake: async () => [{ topic: 'snow-1', state: 'failed', error: 'no privilege' }],
      }),
    )

    expect(await items(operationId)).toMatchObject([{ outcome: 'failed', detail: 'no privilege' }])
  })

  it('an account that does not close is a failure', async () => {
    const id = await begin({ kind: 'account' }, topics('account-1'))
    const answers = [{ state: 'running' as const }, { state: 'done' as const, unexplained: 2 }]

    const first = await runSlice(id, depsWith({ account: async () => answers[0] ?? { state: 'running' } }))
    await runSlice(id, depsWith({ account: async () => answers[1] ?? { state: 'running' } }))

    expect(first.again).toBe('later')
    expect(await items(id)).toMatchObject([{ outcome: 'failed', detail: '2 messages are unexplained' }])
  })
})

describe('contracts', () => {
  it('a what-if is kept with the version it judged', async () => {
    await seedContract('what-1', {}, 'active')
    const sha256 = await seedContract('what-1', {
      version: '1.1.0',
      properties: [{ name: 'n', logicalType: 'string' }],
    })
    const id = await begin({ kind: 'what-if', sha256, days: 3 }, topics('what-1'))

    await runSlice(id, depsWith({ whatIf: async ({ days }) => whatIf('what-1', days) }))

    const { rows } = await database.pool.query(
      `SELECT result -> 'rows' ->> 'read' AS read FROM contract_what_ifs`,
    )
    expect(rows).toEqual([{ read: '3' }])
    expect(await operation(id)).toMatchObject({ state: 'completed', resolved: 1 })
  })

  it('activates after a what-if, with the tables altered first; once; and audited', async () => {
    await seedContract('act-1', {}, 'active')
    const sha256 = await seedContract('act-1', {
      version: '1.1.0',
      properties: [{ name: 'n', logicalType: 'string' }],
    })
    const parameters = { kind: 'activate-contract', sha256 } as const
    const blocked = await plan(parameters, topics('act-1'))
    const against = await activeSha('act-1')
    // The newest answer of a version replaces the one before: first one that time has cut.
    await recordWhatIf(database.db, {
      topic: 'act-1',
      sha256,
      againstSha256: against,
      operationId: crypto.randomUUID(),
      result: { ...whatIf('act-1', 1), isComplete: false },
    })
    const cut = await plan(parameters, topics('act-1'))
    const accepted = await plan({ ...parameters, acceptsCutWhatIf: true }, topics('act-1'))
    await recordWhatIf(database.db, {
      topic: 'act-1',
      sha256,
      againstSha256: against,
      operationId: crypto.randomUUID(),
      result: whatIf('act-1', 1),
    })

    const refused = await begin(parameters, topics('act-1'))
    await runSlice(
      refused,
      depsWith({
        migrateTables: async () => {
          throw new AppError('CONFLICT', 'the tables have to be rebuilt')
        },
      }),
    )
    const stillActive = await activeSha('act-1')
    const id = await begin(parameters, topics('act-1'))
    await runSlice(id, depsWith({ migrateTables: async () => ['altered act_1'] }))

    expect(blocked.preview.blockers).toMatchObject([{ code: 'what_if_missing', blocking: true }])
    expect(cut.preview.blockers).toMatchObject([{ code: 'what_if_cut', blocking: true }])
    expect(accepted.preview.blockers).toMatchObject([{ code: 'what_if_cut', blocking: false }])
    expect(await items(refused)).toMatchObject([{ outcome: 'failed', reason: 'migration_failed' }])
    expect(stillActive).toBe(against)
    expect(await activeSha('act-1')).toBe(sha256)
    expect(await items(id)).toMatchObject([
      { outcome: 'resolved', detail: 'version 1.1.0 is active; altered act_1' },
    ])
    expect(await audited(id)).toEqual([
      'activate-contract.create',
      'contract.activate',
      'activate-contract.finish',
    ])
    const { rows } = await database.pool.query(
      `SELECT version, state FROM contract_versions WHERE topic = 'act-1' ORDER BY version`,
    )
    expect(rows).toEqual([
      { version: '1.0.0', state: 'superseded' },
      { version: '1.1.0', state: 'ahead_of_git' },
    ])
  })
})

describe('work on whole tables', () => {
  /** The job as the control plane sees it: it runs until a test lets it end, and leaves what the test gives. */
  const lake = (results: Record<string, unknown> = {}) => {
    const asked: Parameters<JobPorts['lakeJob']>[0][] = []
    let state: LakeJobState = { state: 'running' }
    const ports: Partial<JobPorts> = {
      lakeJob: async (request) => {
        asked.push(request)
        return state
      },
      readLakeResult: async (_, taskId) => results[taskId],
      refreshSnowflake: async () => [],
    }
    return {
      asked,
      ports,
      results,
      end: (message: string | null = null) => (state = { state: 'ended', message }),
    }
  }
  const holders = async () =>
    (
      await database.pool.query(
        `SELECT topic FROM run_leases WHERE topic LIKE 'lake-%' AND execution IS NOT NULL ORDER BY topic`,
      )
    ).rows.map((row) => row.topic)
  const checkpoint = (topic: string, layer: string, seq: number, source: string, head: string) =>
    database.pool.query(
      `INSERT INTO checkpoints (topic, layer, pass_seq, pass_id, source_snapshot_id, source_rows, source_seq, recomputed_seq, written_seq,
         head_snapshot_id, head_rows, contract_version, contract_sha256) VALUES ($1, $2, $3::bigint, 'p', $4, 10, $3::bigint, 0, $3::bigint, $5, 9, '1.0.0', 'x')`,
      [topic, layer, seq, source, head],
    )
  const weight = (files: number) => ({ files, bytes: files * 10, snapshots: files, rows: 1 })

  it('maintenance leases its topics, names what consumers need, and ends each with what it saved', async () => {
    await checkpoint('lake-1', 'curated', 3, '9007199254740993', '102')
    await checkpoint('lake-1', 'semantic', 2, '102', '103')
    await database.pool.query(
      `INSERT INTO snowflake_tables (topic, database_name, schema_name, table_name, seen_snapshot_id) VALUES ('lake-1', 'D', 'S', 'T', 99)`,
    )
    // Another run has the second topic.
    await createRun(database.db, { execution: 'other', input: { topics: ['lake-2'], trigger: 'schedule' } })
    await database.pool.query(`INSERT INTO run_topics (execution, topic) VALUES ('other', 'lake-2')`)
    await takeLeases(database.db, { execution: 'other', leaseSeconds: 600, round: 1 })
    const job = lake({
      'lake-1-maintenance': {
        state: 'succeeded',
        tables: [{ before: weight(12), after: weight(3) }],
        error: null,
      },
    })
    const id = await begin({ kind: 'maintain' }, topics('lake-1', 'lake-2'))

    const first = await runSlice(id, depsWith(job.ports))
    const during = await holders()
    const again = await runSlice(id, depsWith(job.ports, 'w2'))
    job.end()
    const last = await runSlice(id, depsWith(job.ports))

    expect([first.again, again.again, last.again]).toEqual(['later', 'later', 'never'])
    expect(during).toEqual(['lake-1', 'lake-2'])
    expect(job.asked[0]).toMatchObject({
      job: 'maintenance',
      leases: [{ topic: 'lake-1' }],
      plan: { tasks: [{ topic: 'lake-1', table: 'lake_1', keep: ['102', '103', '9007199254740993', '99'] }] },
    })
    expect(new Set(job.asked.map((a) => JSON.stringify(a))).size).toBe(1)
    expect(await items(id)).toMatchObject([
      { topic: 'lake-1', outcome: 'resolved', detail: 'files 12 → 3; bytes 120 → 30; snapshots 12 → 3' },
      { topic: 'lake-2', outcome: 'skipped', reason: 'topic_busy' },
    ])
    expect(await holders()).toEqual(['lake-2'])
  })

  it("a rebuild's swap moves the checkpoints of both layers to it and closes what had failed before", async () => {
    await seedContract('lake-3', { properties: [{ name: 'n', logicalType: 'string' }] }, 'active')
    await checkpoint('lake-3', 'curated', 7, '500', '502')
    await checkpoint('lake-3', 'semantic', 5, '502', '503')
    await database.pool.query(
      `INSERT INTO run_passes (pass_id, topic, layer, seq, mode, state, contract_version, contract_sha256, execution, round, fencing_token, plan_key)
       VALUES ('lake-3-curated-8', 'lake-3', 'curated', 8, 'incremental', 'FAILED', '1.0.0', 'x', 'gone', 1, 1, 'k')`,
    )
    const compare = lake({ 'lake-3-rebuild-9': rebuilt('compare') })
    const swap = lake({ 'lake-3-rebuild-9': rebuilt('swap') })
    compare.end()
    const compared = await begin({ kind: 'rebuild-from-raw', action: 'compare' }, topics('lake-3'))
    await runSlice(compared, depsWith(compare.ports))
    const untouched = await checkpoints('lake-3')
    const id = await begin({ kind: 'rebuild-from-raw', action: 'swap' }, topics('lake-3'))
    swap.end()
    await runSlice(id, depsWith(swap.ports))

    expect(compare.asked[0]).toMatchObject({
      job: 'rebuild',
      plan: { tasks: [{ taskId: 'lake-3-rebuild-9', passSeq: 9, action: 'compare', rawSnapshot: '500' }] },
    })
    expect(untouched).toMatchObject([{ pass_seq: '7' }, { pass_seq: '5' }])
    expect(await items(compared)).toMatchObject([
      { outcome: 'resolved', detail: '__versions: 1 rows only live, 0 only rebuilt' },
    ])
    expect(await checkpoints('lake-3')).toEqual([
      { layer: 'curated', pass_seq: '9', source: '500', source_seq: '7', written_seq: '9', head: '602' },
      { layer: 'semantic', pass_seq: '9', source: '602', source_seq: '9', written_seq: '5', head: '603' },
    ])
    const { rows } = await database.pool.query(
      `SELECT state FROM run_passes WHERE pass_id = 'lake-3-curated-8'`,
    )
    expect(rows).toEqual([{ state: 'DISCARDED' }])
    expect(await holders()).not.toContain('lake-3')
  })

  const rebuilt = (action: 'compare' | 'swap') => ({
    state: 'succeeded',
    action,
    passSeq: 9,
    differences: [
      { layer: 'curated', table: '__versions', rebuiltRows: 20, onlyLive: 1, onlyRebuilt: 0 },
      { layer: 'semantic', table: '', rebuiltRows: 18, onlyLive: 0, onlyRebuilt: 0 },
    ],
    archive: action === 'swap' ? 'archive-9' : null,
    snapshots: { curated__versions: '602', curated: '604', semantic: '603' },
    error: null,
  })
  const checkpoints = async (topic: string) =>
    (
      await database.pool.query(
        `SELECT layer, pass_seq, source_snapshot_id AS source, source_seq, written_seq, head_snapshot_id AS head FROM checkpoints
         WHERE topic = $1 ORDER BY layer`,
        [topic],
      )
    ).rows

  it('what has grown is planned by itself, once, and rests after it was done', async () => {
    await database.pool.query(
      `INSERT INTO run_passes (pass_id, topic, layer, seq, mode, state, contract_version, contract_sha256, execution, round, fencing_token, plan_key, settled_at)
       SELECT 'lake-4-curated-' || n, 'lake-4', 'curated', n, 'incremental', 'SUCCEEDED', '1.0.0', 'x', 'gone', 1, 1, 'k', now() FROM generate_series(1, 3) n`,
    )
    await database.pool.query(
      `UPDATE operations SET finished_at = finished_at - interval '2 hours' WHERE kind = 'maintain'`,
    )
    const deps = { db: database.db, now: () => new Date() }

    const tooFew = await planMaintenance(deps, { passesMin: 4 })
    const id = await planMaintenance(deps, { passesMin: 3 })
    const twice = await planMaintenance(deps, { passesMin: 3 })
    const job = lake({ 'lake-4-maintenance': { state: 'succeeded', tables: [], error: null } })
    job.end()
    await runSlice(id ?? '', depsWith(job.ports))
    await database.pool.query(
      `UPDATE operations SET finished_at = finished_at - interval '2 hours' WHERE id = $1`,
      [id],
    )

    expect([tooFew, twice]).toEqual([undefined, undefined])
    expect(await items(id ?? '')).toMatchObject([{ topic: 'lake-4', outcome: 'resolved' }])
    // New commits or not: it rests for its hours.
    expect(await planMaintenance(deps, { passesMin: 1 })).toBe(undefined)
    expect(await planMaintenance(deps, { passesMin: 0, restHours: 0, topicsMax: 1 })).not.toBe(undefined)
    expect(await audited(id ?? '')).toEqual(['maintain.create', 'maintain.finish'])
  })
})

async function seedContract(
  topic: string,
  options: Parameters<typeof makeContract>[0],
  state: 'active' | 'draft' = 'draft',
): Promise<string> {
  const model = makeContract({ topic, ...options })
  const sha256 = createHash('sha256').update(JSON.stringify(model)).digest('hex')
  await database.pool.query(
    `INSERT INTO contract_versions (topic, sha256, version, model, yaml, state, source) VALUES ($1, $2, $3, $4, '', $5, $6)`,
    [topic, sha256, model.version, JSON.stringify(model), state, state === 'active' ? 'git' : 'console'],
  )
  return sha256
}

async function activeSha(topic: string): Promise<string> {
  const { rows } = await database.pool.query(
    `SELECT sha256 FROM contract_versions WHERE topic = $1 AND state IN ('active', 'ahead_of_git')`,
    [topic],
  )
  return rows[0]?.sha256
}

const whatIf = (topic: string, days: number): WhatIf => ({
  topic,
  currentVersion: '1.0.0',
  candidateVersion: '1.1.0',
  days: { from: '2026-11-20', to: '2026-11-23' },
  isComplete: true,
  rows: {
    read: days,
    unchanged: days,
    heals: 0,
    newlyFails: 0,
    changesValue: 0,
    stillFails: 0,
    enters: 0,
    unreadable: 0,
  },
  rejects: { open: 0, found: 0, heals: 0, stillFails: 0 },
  newlyFailing: [],
  healing: [],
  changing: [],
  samples: { heals: [], newlyFails: [], changesValue: [] },
})
