import { createHash } from 'node:crypto'
import type { JobParameters } from '@lean-ops/common/contract/operation'
import { RunSettings } from '@lean-ops/common/contract/operation'
import type { Plan, PlanSelection } from '@lean-ops/common/contract/plan'
import type { TopicOutcome } from '@lean-ops/common/contract/run'
import type { WhatIf } from '@lean-ops/common/contract/what-if'
import { confirmPlan } from '@lean-ops/common/control-plane/operations/confirm-plan'
import { createJobPlan } from '@lean-ops/common/control-plane/operations/create-job-plan'
import { createRun } from '@lean-ops/common/control-plane/runs/create-run'
import { createTestDatabase, type TestDatabase } from '@lean-ops/common/control-plane/testing/test-database'
import { makeContract } from '@lean-ops/common/odcs/testing/make-contract'
import { createTopicRegistry } from '@lean-ops/common/topics/topic-registry'
import { afterAll, beforeAll } from 'vitest'
import type { SliceDeps } from '../../run-slice.ts'
import type { JobPorts } from '../job-ports.ts'
import { fakeJobPorts } from './fake-job-ports.ts'

export const ana = { kind: 'user', id: 'ana', name: 'Ana' } as const
export const scopes = { readOwners: '*', actOwners: '*' } as const
export const topics = (...names: string[]): PlanSelection => ({ by: 'topics', topics: names })

/**
 * What tests of jobs need: a database of their own with topics, the worker's dependencies, and Step Functions as far
 * as the control plane sees it. Registers its set-up with the calling test file.
 */
export function useJobRoom() {
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

  /** Step Functions as far as the control plane sees it: a start is a RUNNING row, an end gives every topic its outcome. */
  const pipeline = () => {
    const started: { execution: string; input: unknown }[] = []
    const stopped: string[] = []
    const startRun: JobPorts['startRun'] = async (run) => {
      await createRun(database.db, run)
      await database.pool.query(
        `UPDATE runs SET state = 'RUNNING', started_at = now() WHERE execution = $1`,
        [run.execution],
      )
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
      await database.pool.query(
        'SELECT action, outcome FROM audit_log WHERE operation_id = $1 ORDER BY seq',
        [id],
      )
    ).rows.map((row) => row.action)

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

  return {
    get database() {
      return database
    },
    depsWith,
    plan,
    confirm,
    begin,
    pipeline,
    operation,
    items,
    audited,
    seedContract,
    activeSha,
  }
}

/** A complete what-if without a change, over a day per row. */
export const whatIf = (topic: string, days: number): WhatIf => ({
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
