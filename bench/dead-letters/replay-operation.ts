import path from 'node:path'
import { type ControlPlane, connectDatabase } from '@lean-ops/common/control-plane/connect'
import { confirmPlan } from '@lean-ops/common/control-plane/operations/confirm-plan'
import { createPlan } from '@lean-ops/common/control-plane/operations/create-plan'
import type { RunningPostgres } from '@lean-ops/common/control-plane/testing/embedded-postgres'
import { type ChildEnd, runChild } from './replay-child.ts'
import type { Endpoint } from './replay-endpoint-client.ts'

/** Messages per second: the most that an operation may be given. */
export const replayRate = 5_000

/** So long nobody else takes over from a dead worker. */
export const leaseSeconds = 1

const actor = { kind: 'user', id: 'bench', name: 'Bench' } as const
const attributes = {
  color: { type: 'String', value: 'red' },
  amount: { type: 'Number', value: '7' },
  raw: { type: 'Binary', value: 'AAE=' },
}

export type PreparedReplay = {
  operationId: string
  messages: number
  bytesPerMessage: number
  queues: string[]
  planSeconds: number
  confirmSeconds: number
  /** One worker process, to the end of the operation or until it is killed. */
  work(options?: { isFlaky?: boolean; killWhen?: () => Promise<boolean> }): Promise<ChildEnd>
}

/** What a worker process says of itself at its end. */
export type WorkerFigures = {
  seconds: number
  cpuSeconds: number
  startMegabytes: number
  peakMegabytes: number
  earlyMegabytes: number
  lateMegabytes: number
}

type Queues = Pick<Endpoint, 'env' | 'create' | 'delete'>

/** A fresh copy of the seeded control plane with one confirmed replay; dropped afterwards. */
export async function withReplay<T>(
  {
    postgres,
    template,
    visibilitySeconds,
  }: { postgres: RunningPostgres; template: string; visibilitySeconds: number },
  endpoint: Queues,
  messages: number,
  use: (replay: PreparedReplay) => Promise<T>,
): Promise<T> {
  const name = `${template}_replay`
  const admin = await connectDatabase({ DATABASE_URL: postgres.url() })
  await admin.pool.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`)
  await admin.pool.query(`CREATE DATABASE ${name} TEMPLATE ${template} STRATEGY FILE_COPY`)
  const url = postgres.url(name)
  const index = await connectDatabase({ DATABASE_URL: url }, { max: 2 })
  try {
    const replay = await prepareReplay({ ...index, url }, endpoint, messages)
    await endpoint.create(visibilitySeconds, ...replay.queues)
    return await use(replay).finally(() => endpoint.delete(...replay.queues))
  } finally {
    await index.close()
    await admin.pool.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`)
    await admin.close()
  }
}

/** Plans and confirms the replay of about `count` open messages of the biggest topics, found by a filter (topic, status, time). */
async function prepareReplay(
  index: ControlPlane & { url: string },
  endpoint: Pick<Queues, 'env'>,
  count: number,
): Promise<PreparedReplay> {
  const { rows: topics } = await index.pool.query<{ topic: string; queue_name: string; table_name: string }>(
    `SELECT topic, queue_name, table_name FROM (
       SELECT t.*, sum(c.letters) OVER (ORDER BY c.letters DESC, t.topic) - c.letters AS before FROM topics t
       JOIN (SELECT topic, sum(letters) AS letters FROM dead_letter_counts WHERE status = 'open' GROUP BY topic) AS c USING (topic)
     ) AS biggest WHERE before < $1`,
    [count],
  )
  const names = topics.map((t) => t.topic)
  const { rows: range } = await index.pool.query<{ at: Date; n: number; bytes: number }>(
    `SELECT min(last_failed_at) AS at, count(*)::int AS n, avg(size_bytes)::int AS bytes FROM (
       SELECT last_failed_at, size_bytes FROM dead_letters WHERE topic = ANY ($1) AND status = 'open' ORDER BY last_failed_at DESC LIMIT $2) AS newest`,
    [names, count],
  )
  const from = range[0]?.at ?? new Date(0)
  await index.pool.query(
    "UPDATE dead_letters SET attributes = $1 WHERE topic = ANY ($2) AND status = 'open' AND last_failed_at >= $3",
    [JSON.stringify(attributes), names, from],
  )
  await index.pool.query('VACUUM (ANALYZE) dead_letters')
  const planned = performance.now()
  const plan = await createPlan(index.db, {
    parameters: { kind: 'replay' },
    selection: {
      by: 'filter',
      filter: { topic: names, status: ['open'], failedFrom: from.toISOString() },
      except: [],
    },
    actor,
    readOwners: '*',
    actOwners: '*',
    now: new Date(),
  })
  const confirming = performance.now()
  const operationId = await confirmPlan(index.db, {
    planId: plan.id,
    reason: 'bench',
    settings: { rate: replayRate, canarySize: 0, returnRateMax: 1, startDelaySeconds: 0 },
    actor,
    readOwners: '*',
    actOwners: '*',
    now: new Date(),
  })
  const confirmed = performance.now()
  await index.pool.query('VACUUM (ANALYZE) operation_items')
  // An index in use lies in memory; the copy that this one is has never been read.
  await index.pool.query('CREATE EXTENSION IF NOT EXISTS pg_prewarm')
  await index.pool.query(
    "SELECT pg_prewarm(oid::regclass) FROM pg_class WHERE relname ~ '^(dead_letters|dead_letter_bodies|operation_items)' AND relname <> 'dead_letter_bodies_search' AND relkind IN ('r', 'i')",
  )
  // What the copying has left to be written to the disk is written now, not while the worker waits for its commits.
  await index.pool.query('CHECKPOINT')
  const registry = {
    version: 1,
    stage: 'seed',
    topics: topics.map((t) => ({
      topic: t.topic,
      queueName: t.queue_name,
      tableName: t.table_name,
      stream: 0,
      owner: 'bench',
      status: 'active',
      keyPath: null,
    })),
  }
  return {
    operationId,
    messages: plan.count,
    bytesPerMessage: range[0]?.bytes ?? 0,
    queues: topics.map((t) => t.queue_name),
    planSeconds: (confirming - planned) / 1_000,
    confirmSeconds: (confirmed - confirming) / 1_000,
    work: ({ isFlaky = false, killWhen } = {}) =>
      runChild(
        process.execPath,
        [
          path.join(import.meta.dirname, 'replay-worker.ts'),
          operationId,
          JSON.stringify(registry),
          String(leaseSeconds),
        ],
        {
          env: { ...endpoint.env(isFlaky), DATABASE_URL: index.url },
          ...(killWhen === undefined ? {} : { killWhen }),
        },
      ),
  }
}
