import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type ControlPlane, connectDatabase } from '@lean-ops/common/control-plane/connect'
import { settleReplays } from '@lean-ops/common/control-plane/dead-letters/settle-replays'
import { migrateDatabase } from '@lean-ops/common/control-plane/migrate'
import { confirmPlan } from '@lean-ops/common/control-plane/operations/confirm-plan'
import { createPlan } from '@lean-ops/common/control-plane/operations/create-plan'
import { type RunningPostgres, startPostgres } from '@lean-ops/common/control-plane/testing/embedded-postgres'
import { seedDeadLetters } from '@lean-ops/common/control-plane/testing/seed-dead-letters'
import { decodeLineage, type Lineage } from '@lean-ops/common/messages/lineage'
import { type FauxqsServer, startFauxqs } from 'fauxqs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { inFlightMax } from './replay-page.ts'
import { type CuttableProxy, startCuttableProxy } from './testing/cuttable-proxy.ts'

const topics = ['orders', 'payments']
const queueOf = (topic: string) => `lean-ops-test-${topic}-queue`
const operationsQueue = 'lean-ops-test-operations'
const registry = {
  version: 1,
  stage: 'test',
  topics: topics.map((topic) => ({
    topic,
    queueName: queueOf(topic),
    tableName: topic,
    stream: 0,
    owner: 'commerce',
    status: 'active',
    keyPath: null,
  })),
}
const lettersPerTopic = 400
const rate = 150
/** After how many messages each thing happens: spread over the whole run, whatever the machine's speed. */
const killsAt = [40, 120, 240, 330, 480, 600]
const wireCutAt = 180
const restartAt = 400

let directory: string
let postgres: RunningPostgres
let controlPlane: ControlPlane
let sqs: FauxqsServer
let wire: CuttableProxy
const children = new Set<ChildProcess>()

beforeAll(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'lean-ops-drill-'))
  await chmod(directory, 0o755)
  // A server of its own, because it is restarted; with its durability, because it is about what survives.
  postgres = await startPostgres({ dataDir: path.join(directory, 'data') })
  controlPlane = await connectDatabase({ DATABASE_URL: postgres.url() }, { max: 4 })
  await migrateDatabase(controlPlane.pool)
  sqs = await startFauxqs({ port: 0, host: '127.0.0.1', logger: false })
  for (const queue of [...topics.map(queueOf), operationsQueue])
    sqs.createQueue(queue, { attributes: { VisibilityTimeout: '2' } })
  wire = await startCuttableProxy(sqs.port)
}, 120_000)

afterAll(async () => {
  for (const child of children) child.kill('SIGKILL')
  await wire.close()
  await sqs.stop()
  await controlPlane.close()
  await postgres.stop()
  await rm(directory, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 })
}, 60_000)

/** Resolves when the worker polls. Its clock is off by up to ten minutes. */
async function startWorker(n: number): Promise<ChildProcess> {
  const child = fork(path.join(import.meta.dirname, 'testing', 'worker-process.ts'), {
    execArgv: [],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    env: {
      PATH: process.env.PATH,
      STAGE: 'test',
      LINEAGE_SECRET_ARN: 'unused',
      OPERATIONS_URL: `${wire.url}/000000000000/${operationsQueue}`,
      QUEUE_URL_PREFIX: `${wire.url}/000000000000/lean-ops-test-`,
      ARCHIVE_BUCKET: 'unused',
      RAW_DATABASE: 'unused',
      DATABASE_URL: postgres.url(),
      LEASE_SECONDS: '2',
      REGISTRY: JSON.stringify(registry),
      CLOCK_SKEW_MS: String((n % 3) * 600_000 - 600_000),
      AWS_ENDPOINT_URL: wire.url,
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: 'drill',
      AWS_SECRET_ACCESS_KEY: 'drill',
      POWERTOOLS_LOG_LEVEL: 'SILENT',
    },
  })
  children.add(child)
  await once(child, 'message')
  return child
}

async function kill(child: ChildProcess): Promise<void> {
  const ended = once(child, 'exit')
  child.kill('SIGKILL')
  await ended
  children.delete(child)
}

/** Every replay that lies in a topic's queue, in any state of delivery. */
function received(): (Lineage & { topic: string })[] {
  return topics.flatMap((topic) => {
    const messages = sqs.inspectQueue(queueOf(topic))?.messages
    const all = [...(messages?.ready ?? []), ...(messages?.inflight ?? []).map((m) => m.message)]
    return all.map((m) => {
      const decoded = decodeLineage(m.messageAttributes['lean-ops']?.StringValue ?? '', 'drill')
      if (!decoded.ok) throw new Error('a message went out without a lineage of ours')
      return { ...decoded.lineage, topic }
    })
  })
}

const proofsOf = (messages: readonly (Lineage & { topic: string })[]) =>
  messages.map(({ topic, messageId, replayId, attempt }) => ({
    topic,
    messageId,
    replayId: replayId ?? '',
    attempt,
  }))

/** Two people press "replay" over sets that overlap, at the same moment: orders, and everything. */
async function confirmRacing(): Promise<string[]> {
  const people = [
    { id: 'ana', filter: { topic: ['orders'] } },
    { id: 'ben', filter: { topic: topics } },
  ]
  const plans = await Promise.all(
    people.map(async ({ id, filter }) => ({
      actor: { kind: 'user' as const, id, name: id },
      plan: await createPlan(controlPlane.db, {
        parameters: { kind: 'replay' },
        selection: { by: 'filter', filter, except: [] },
        actor: { kind: 'user', id, name: id },
        readOwners: '*',
        actOwners: '*',
        now: new Date(),
      }),
    })),
  )
  return Promise.all(
    plans.map(({ plan, actor }) =>
      confirmPlan(controlPlane.db, {
        planId: plan.id,
        reason: 'drill',
        settings: { rate, canarySize: 0, returnRateMax: 0.05, startDelaySeconds: 0 },
        actor,
        readOwners: '*',
        actOwners: '*',
        now: new Date(),
      }),
    ),
  )
}

type Counts = Record<
  'total' | 'resolved' | 'skipped' | 'pending' | 'sending' | 'verifying' | 'resent',
  number
>

const readOperations = async (ids: readonly string[]) =>
  (
    await controlPlane.pool.query<Counts & { id: string; state: string; finished_at: Date | null }>(
      'SELECT * FROM operations WHERE id = ANY ($1) ORDER BY id',
      [ids],
    )
  ).rows

describe('replays whose workers, database and queues die under them', () => {
  it('loses nothing, sends nothing for two operations and counts what the plan said', async () => {
    const letters = await seedDeadLetters(
      controlPlane.pool,
      topics.flatMap((topic) =>
        Array.from({ length: lettersPerTopic }, (_, n) => ({
          topic,
          body: `{"n":${n}}`,
          originArn: `arn:aws:sqs:us-east-1:000000000000:${queueOf(topic)}`,
        })),
      ),
    )
    const ids = await confirmRacing()
    /** The ticker's job and a duplicate delivery in one: a wake-up for each operation, again and again. */
    const wakeAll = () => {
      for (const operationId of ids)
        sqs.sendMessage(operationsQueue, JSON.stringify({ do: 'run', operationId }))
    }
    wakeAll()
    const alive = new Set<ChildProcess>()
    const deaths: (NodeJS.Signals | null)[] = []
    let isOver = false
    const employ = async (n: number): Promise<void> => {
      const child = await startWorker(n)
      alive.add(child)
      child.once('exit', (_, signal) => {
        alive.delete(child)
        if (isOver) return
        deaths.push(signal)
        void employ(n + 2)
      })
    }
    await Promise.all([employ(0), employ(1)])
    let kills = 0
    let mostInFlight = 0
    let isFinished = false
    let isCut = false
    let isRestarted = false
    do {
      await sleep(Math.random() * 100)
      const sent = received().length
      const victim = [...alive][Math.floor(Math.random() * alive.size)]
      if (victim && sent >= (killsAt[kills] ?? Number.POSITIVE_INFINITY)) {
        kills += 1
        alive.delete(victim)
        await kill(victim)
      }
      if (!isCut && sent >= wireCutAt) {
        isCut = true
        wire.cut()
        await sleep(500)
        wire.mend()
      }
      if (!isRestarted && sent >= restartAt) {
        isRestarted = true
        const { port } = postgres
        await postgres.stop()
        postgres = await startPostgres({ dataDir: path.join(directory, 'data'), port })
      }
      // The sink tells what it has seen, each time from the start: proofs are repeated, too.
      await settleReplays(controlPlane.db, 'ingest', proofsOf(received()))
      wakeAll()
      const now = await readOperations(ids)
      mostInFlight = Math.max(mostInFlight, ...now.map((o) => o.sending))
      isFinished = now.every((o) => o.finished_at !== null)
    } while (!isFinished)

    isOver = true

    const context = JSON.stringify(await readOperations(ids))
    const all = received()
    const byMessage = Map.groupBy(all, (m) => m.messageId)
    expect([...byMessage.keys()].sort()).toEqual(letters.map((l) => l.messageId).sort())
    // One replay id per message: no second operation has sent it.
    for (const sent of byMessage.values()) expect(new Set(sent.map((m) => m.replayId)).size, context).toBe(1)
    const operations = await readOperations(ids)
    const sum = (key: keyof Counts) => operations.reduce((n, o) => n + o[key], 0)
    expect(operations.map((o) => o.state)).toEqual(['completed', 'completed'])
    expect(operations.map((o) => o.total).sort((a, b) => a - b)).toEqual([
      lettersPerTopic,
      2 * lettersPerTopic,
    ])
    expect(sum('resolved'), context).toBe(2 * lettersPerTopic)
    expect(sum('skipped'), context).toBe(lettersPerTopic)
    // What is claimed and not recorded is all that a kill can leave to be sent again: at most the batches in flight, at any moment.
    expect(mostInFlight, context).toBeGreaterThan(0)
    expect(mostInFlight, context).toBeLessThanOrEqual(inFlightMax(rate))
    expect(sum('resent')).toBeGreaterThanOrEqual(all.length - byMessage.size)
    // Nobody died but by our hand: an outage fails a slice, not the process.
    expect(deaths).toEqual(killsAt.map(() => 'SIGKILL'))
    expect({ kills, isCut, isRestarted }).toEqual({ kills: killsAt.length, isCut: true, isRestarted: true })
    const { rows: open } = await controlPlane.pool.query(
      "SELECT count(*)::int AS n FROM dead_letters WHERE status <> 'resolved'",
    )
    expect(open).toEqual([{ n: 0 }])
    const { rows: items } = await controlPlane.pool.query(
      "SELECT count(*)::int AS n FROM operation_items WHERE state <> 'done' OR outcome IS NULL",
    )
    expect(items).toEqual([{ n: 0 }])
  }, 600_000)
})
