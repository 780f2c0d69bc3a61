import type { HistoryEvent } from '@aws-sdk/client-sfn'
import { RunDetail, RunList, RunLogs, RunSteps } from '@lean-ops/common/contract/run-view'
import { createRun } from '@lean-ops/common/control-plane/runs/create-run'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { as, createTestApp, type TestApp } from '../testing/create-test-app.ts'
import { foldHistory } from './read-steps.ts'

const viewer = as({ role: 'viewer', owners: '*' })
const growth = as({ role: 'viewer', owners: ['growth'] })
const stranger = as({ role: 'viewer', owners: ['nobody'] })
const at = (second: number) => new Date(Date.UTC(2026, 10, 23, 11, 0, second))

const history: HistoryEvent[] = [
  { id: 1, previousEventId: 0, timestamp: at(0), type: 'ExecutionStarted' },
  {
    id: 2,
    previousEventId: 1,
    timestamp: at(1),
    type: 'TaskStateEntered',
    stateEnteredEventDetails: { name: 'GetAllCheckpoints' },
  },
  {
    id: 3,
    previousEventId: 2,
    timestamp: at(2),
    type: 'TaskFailed',
    taskFailedEventDetails: {
      resourceType: 'lambda',
      resource: 'invoke',
      error: 'Lambda.TooManyRequestsException',
      cause: 'slow down',
    },
  },
  { id: 4, previousEventId: 3, timestamp: at(3), type: 'TaskSucceeded' },
  {
    id: 5,
    previousEventId: 4,
    timestamp: at(4),
    type: 'TaskStateExited',
    stateExitedEventDetails: { name: 'GetAllCheckpoints' },
  },
  {
    id: 6,
    previousEventId: 5,
    timestamp: at(4),
    type: 'TaskStateEntered',
    stateEnteredEventDetails: { name: 'RunCurationJob' },
  },
  {
    id: 7,
    previousEventId: 6,
    timestamp: at(9),
    type: 'TaskFailed',
    taskFailedEventDetails: {
      resourceType: 'glue',
      resource: 'startJobRun.sync',
      error: 'States.TaskFailed',
      cause: 'value "ana@example.test" is bad',
    },
  },
  {
    id: 8,
    previousEventId: 7,
    timestamp: at(9),
    type: 'TaskStateExited',
    stateExitedEventDetails: { name: 'RunCurationJob' },
  },
  {
    id: 9,
    previousEventId: 8,
    timestamp: at(9),
    type: 'FailStateEntered',
    stateEnteredEventDetails: { name: 'RunFailed' },
  },
  { id: 10, previousEventId: 9, timestamp: at(9), type: 'ExecutionFailed' },
]

describe('runs', () => {
  let test: TestApp
  beforeAll(async () => {
    test = await createTestApp({
      override: {
        pipeline: {
          glue: { send: async () => ({}) },
          s3: { send: async () => ({}) },
          // Pages, as Step Functions gives them.
          sfn: {
            send: async (command: { input: { nextToken?: string } }) =>
              command.input.nextToken === undefined
                ? { events: history.slice(0, 5), nextToken: '2' }
                : { events: history.slice(5) },
          },
          logs: {
            send: async (command: { input: { logStreamNamePrefix: string } }) => ({
              events: [
                {
                  timestamp: at(5).getTime(),
                  message: `${command.input.logStreamNamePrefix}: read "ana@example.test"\n`,
                },
              ],
            }),
          },
          databases: { raw: 'r', curated: 'c', semantic: 's' },
          jobLogGroup: '/jobs',
        } as never,
      },
    })
    const { pool, db } = test.database
    await pool.query(
      `INSERT INTO topics (topic, owner, status, queue_name, table_name) VALUES ('orders', 'commerce', 'active', 'q', 'orders'), ('clicks', 'growth', 'active', 'q2', 'clicks')`,
    )
    for (const [name, topics] of [
      ['slot-1', ['orders']],
      ['slot-2', ['orders', 'clicks']],
      ['slot-3', ['orders']],
    ] as const)
      await createRun(db, { execution: name, input: { topics: [...topics], trigger: 'schedule' } })
    await pool.query(
      `UPDATE runs SET created_at = '2026-11-23T10:00:00Z'::timestamptz + (right(execution, 1) || ' min')::interval`,
    )
    await pool.query(
      `UPDATE runs SET state = 'FAILED', ended_in = 'RunFailed', arn = 'arn:x', error = '{"code":"TOPICS_FAILED","message":"value \\"ana@example.test\\" is bad"}' WHERE execution = 'slot-2'`,
    )
    await createRun(db, {
      execution: 'slot-2-2',
      input: { topics: ['clicks'], trigger: 'redrive', parentExecution: 'slot-2' },
    })
    await pool.query(`UPDATE runs SET created_at = '2026-11-23T10:30:00Z' WHERE execution = 'slot-2-2'`)
    await pool.query(
      `INSERT INTO run_topics (execution, topic, outcome, error) VALUES ('slot-2', 'orders', 'COMPLETE', NULL),
         ('slot-2', 'clicks', 'FAILED', '{"code":"JOB_FAILED","message":"input: ana@example.test"}')`,
    )
    await pool.query(
      `INSERT INTO run_passes (pass_id, topic, layer, seq, mode, state, from_snapshot_id, to_snapshot_id, contract_version, contract_sha256, execution,
         round, fencing_token, plan_key, job_run_id, rows_read) VALUES
         ('orders-curated-1', 'orders', 'curated', 1, 'first', 'SUCCEEDED', NULL, 9007199254740993, '1.0.0', 'x', 'slot-2', 1, 1, 'p', 'jr_1', 7),
         ('clicks-curated-1', 'clicks', 'curated', 1, 'first', 'FAILED', NULL, 5, '1.0.0', 'x', 'slot-2', 1, 1, 'p', 'jr_2', NULL)`,
    )
  })
  afterAll(() => test.database.close())

  const read = async (path: string, who = viewer) => {
    const answer = await test.app.request(`/api/runs${path}`, { headers: who })
    return { status: answer.status, body: await answer.json(), answer }
  }

  it('lists runs newest first, page by page, narrowed by state and topic', async () => {
    const first = RunList.parse((await read('?limit=2')).body)
    const rest = RunList.parse((await read(`?limit=2&cursor=${first.nextCursor}`)).body)
    const failed = RunList.parse((await read('?state=FAILED')).body)
    const clicks = RunList.parse((await read('?topic=clicks')).body)

    expect(first.runs.map((r) => r.id)).toEqual(['slot-2-2', 'slot-3'])
    expect(rest.runs.map((r) => r.id)).toEqual(['slot-2', 'slot-1'])
    expect(rest.nextCursor).toBeNull()
    expect(failed.runs.map((r) => [r.id, r.endedIn])).toEqual([['slot-2', 'RunFailed']])
    expect(clicks.runs.map((r) => r.id)).toEqual(['slot-2-2', 'slot-2'])
  })

  it('answers 304 while no run moved', async () => {
    const { answer } = await read('')
    const again = await test.app.request('/api/runs', {
      headers: { ...viewer, 'If-None-Match': answer.headers.get('ETag') ?? '' },
    })

    expect(again.status).toBe(304)
  })

  it('shows a run with topics, passes and its successors; 64-bit ids keep their digits; no value', async () => {
    const { body } = await read('/slot-2')

    const detail = RunDetail.parse(body)
    expect(detail.topics.map((t) => [t.topic, t.outcome])).toEqual([
      ['clicks', 'FAILED'],
      ['orders', 'COMPLETE'],
    ])
    expect(detail.passes.map((p) => [p.passId, p.to, p.rowsRead])).toEqual([
      ['clicks-curated-1', '5', null],
      ['orders-curated-1', '9007199254740993', 7],
    ])
    expect(detail.children).toEqual([{ id: 'slot-2-2', trigger: 'redrive', state: 'PENDING' }])
    expect(JSON.stringify(body)).not.toContain('ana@example')
  })

  it('an owner sees the run with its own topics only; a stranger sees nothing', async () => {
    const mine = RunDetail.parse((await read('/slot-2', growth)).body)
    const list = RunList.parse((await read('', growth)).body)

    expect(mine.run.topics).toEqual(['clicks'])
    expect(mine.input.topics).toEqual(['clicks'])
    expect(mine.passes.map((p) => p.topic)).toEqual(['clicks'])
    expect(list.runs.map((r) => r.id)).toEqual(['slot-2-2', 'slot-2'])
    expect((await read('/slot-2', stranger)).status).toBe(404)
    expect((await read('/slot-2/logs', stranger)).status).toBe(404)
  })

  it('tells the states of an execution from its history, over pages', async () => {
    const { body } = await read('/slot-2/states')

    const { steps, eventsUsed } = RunSteps.parse(body)
    expect(eventsUsed).toBe(10)
    expect(steps.map((s) => [s.name, s.status, s.retries, s.error])).toEqual([
      ['GetAllCheckpoints', 'succeeded', 1, null],
      ['RunCurationJob', 'failed', 0, 'States.TaskFailed'],
      ['RunFailed', 'failed', 0, null],
    ])
    expect(JSON.stringify(body)).not.toContain('ana@example')
    expect((await read('/slot-1/states')).status).toBe(404)
  })

  it('reaches the logs of every job of the run, one after the other', async () => {
    const first = RunLogs.parse((await read('/slot-2/logs')).body)
    const second = RunLogs.parse((await read(`/slot-2/logs?cursor=${first.nextCursor}`)).body)
    const one = RunLogs.parse((await read('/slot-2/logs?passId=orders-curated-1')).body)

    expect([...first.lines, ...second.lines].map((l) => [l.jobRunId, l.text])).toEqual([
      ['jr_2', 'jr_2: read "•••"'],
      ['jr_1', 'jr_1: read "•••"'],
    ])
    expect(second.nextCursor).toBeNull()
    expect(one.jobRunIds).toEqual(['jr_1'])
  })

  it('a state that still runs has no end', () => {
    expect(foldHistory(history.slice(0, 6)).at(-1)).toMatchObject({ status: 'running', exitedAt: null })
  })
})
