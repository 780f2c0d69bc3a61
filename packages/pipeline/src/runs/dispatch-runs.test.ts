import { DescribeExecutionCommand, ExecutionAlreadyExists, StartExecutionCommand } from '@aws-sdk/client-sfn'
import { plainContract, seedTopics } from '@lean-ops/common/control-plane/testing/seed-runs'
import { createTestDatabase, type TestDatabase } from '@lean-ops/common/control-plane/testing/test-database'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { dispatchRuns } from './dispatch-runs.ts'
import { reconcileRuns } from './reconcile-runs.ts'
import { startRun } from './start-run.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.close())

const stateMachineArn = 'arn:aws:states:us-east-1:0:stateMachine:m'
const settings = { rowsMin: 100, defaultLatencySeconds: 900, topicsMax: 2, rowsMax: 10_000 }

let executions: Map<string, { input: string; status: string }>
let isDown: boolean
let sfn: { send: never }
beforeEach(async () => {
  await database.owner.query(
    'TRUNCATE topics, topic_status, contract_versions, checkpoints, run_leases, runs, run_topics, run_passes CASCADE',
  )
  executions = new Map()
  isDown = false
  const send = async (command: unknown) => {
    if (isDown) throw Object.assign(new Error('no'), { name: 'ServiceUnavailable' })
    if (command instanceof StartExecutionCommand) {
      const { name = '', input = '' } = command.input
      if (executions.has(name)) throw new ExecutionAlreadyExists({ message: name, $metadata: {} })
      executions.set(name, { input, status: 'RUNNING' })
      return { executionArn: `arn:aws:states:us-east-1:0:execution:m:${name}` }
    }
    if (command instanceof DescribeExecutionCommand)
      return { status: executions.get(command.input.executionArn?.split(':').at(-1) ?? '')?.status }
    // No job runs and no results: the other two calls of these verbs.
    if (Object(command).constructor.name === 'GetJobRunsCommand') return { JobRuns: [] }
    throw Object.assign(new Error('no such key'), { name: 'NoSuchKey' })
  }
  // The client's `send` is overloaded for every command; these tests use the above.
  sfn = { send: send as never }
})

const deps = (at = '2026-11-23T07:31:20Z') => ({
  db: database.db,
  sfn,
  s3: sfn,
  glue: sfn,
  lakeBucket: 'lake',
  jobNames: ['curated'],
  stateMachineArn,
  logger: { info: () => undefined, error: () => undefined },
  now: () => new Date(at),
})

async function makeDue(...topics: string[]): Promise<void> {
  await seedTopics(
    database.pool,
    topics.map((t) => plainContract(t)),
  )
  await database.pool.query(
    `UPDATE topic_status SET raw_snapshot_id = 7, raw_rows = 500, raw_committed_at = now()`,
  )
}
const runs = async () =>
  (await database.pool.query('SELECT execution, state, topics FROM runs ORDER BY execution')).rows

it('packs what is due into runs named slot-group-attempt, and starts none twice', async () => {
  await makeDue('a', 'b', 'c')

  const first = await dispatchRuns(deps(), settings)
  const again = await dispatchRuns(deps(), settings)

  expect(first).toEqual({ due: 3, started: 2, failed: 0 })
  expect(again).toEqual({ due: 0, started: 0, failed: 0 })
  expect(await runs()).toEqual([
    { execution: '20261123T0731-0-1', state: 'RUNNING', topics: ['a', 'b'] },
    { execution: '20261123T0731-1-1', state: 'RUNNING', topics: ['c'] },
  ])
  expect(JSON.parse(executions.get('20261123T0731-0-1')?.input ?? '')).toEqual({
    topics: ['a', 'b'],
    trigger: 'schedule',
  })
})

it('a run that could not be started stays written down and is started later, as the same run', async () => {
  await makeDue('a')
  isDown = true
  const failed = await dispatchRuns(deps(), settings)
  isDown = false
  const soon = await dispatchRuns(deps('2026-11-23T07:32:00Z'), settings)
  await database.pool.query(`UPDATE runs SET created_at = now() - interval '2 minutes'`)
  const later = await dispatchRuns(deps('2026-11-23T07:33:00Z'), settings)

  expect([failed, soon, later].map((r) => [r.started, r.failed])).toEqual([
    [0, 1],
    [0, 0],
    [1, 0],
  ])
  expect([...executions.keys()]).toEqual(['20261123T0731-0-1'])
})

it('a start whose answer was lost is the same start', async () => {
  await makeDue('a')
  executions.set('run-1', { input: '', status: 'RUNNING' })
  const arn = await startRun(deps(), { execution: 'run-1', input: { topics: ['a'] } })

  expect(arn).toBe('arn:aws:states:us-east-1:0:execution:m:run-1')
  expect(await runs()).toMatchObject([{ execution: 'run-1', state: 'RUNNING' }])
})

it('a run that ended unseen is put away, with its lease', async () => {
  await makeDue('a', 'b')
  await dispatchRuns(deps(), { ...settings, topicsMax: 1 })
  await database.pool.query(`UPDATE runs SET created_at = now() - interval '10 minutes'`)
  await database.pool.query(
    `INSERT INTO run_leases (topic, execution, fencing_token, until) VALUES ('a', '20261123T0731-0-1', 1, now() + interval '1 hour'),
       ('b', '20261123T0731-1-1', 1, now() + interval '1 hour')`,
  )
  Object.assign(executions.get('20261123T0731-0-1') ?? {}, { status: 'ABORTED' })

  const ended = await reconcileRuns(deps())

  expect(ended).toBe(1)
  expect(await runs()).toMatchObject([{ state: 'ABORTED' }, { state: 'RUNNING' }])
  const { rows } = await database.pool.query('SELECT topic FROM run_leases WHERE execution IS NOT NULL')
  expect(rows).toEqual([{ topic: 'b' }])
})
