import { settleReplays } from '@lean-ops/common/control-plane/dead-letters/settle-replays'
import { expireVerifications } from '@lean-ops/common/control-plane/operations/expire-verifications'
import { turnChunk } from '@lean-ops/common/control-plane/operations/turn-chunk'
import { seedDeadLetters, seedOperation } from '@lean-ops/common/control-plane/testing/seed-dead-letters'
import { createTestDatabase, type TestDatabase } from '@lean-ops/common/control-plane/testing/test-database'
import { decodeLineage, type Lineage } from '@lean-ops/common/messages/lineage'
import { createTopicRegistry } from '@lean-ops/common/topics/topic-registry'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { OutgoingMessage } from '../ingest/send-dead-letters.ts'
import { fakeJobPorts } from './jobs/testing/fake-job-ports.ts'
import { loadBodyFrom } from './load-body.ts'
import { runSlice, type SliceDeps } from './run-slice.ts'

const secret = 'drill'
const originArn = 'arn:aws:sqs:us-east-1:000000000000:lean-ops-test-orders-queue'
const registry = createTopicRegistry({
  version: 1,
  stage: 'test',
  topics: [
    {
      topic: 'orders',
      queueName: 'lean-ops-test-orders-queue',
      tableName: 'orders',
      stream: 0,
      owner: 'commerce',
      status: 'active',
      keyPath: null,
    },
  ],
})

/** Repeatable randomness: the seed is printed with a failure. */
function randomFrom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}

class Killed extends Error {}

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.close())

type Queue = { received: OutgoingMessage[]; sendCalls: number }

/** A database that dies before or after any of its statements, transactions and flights, as a killed process would leave it. */
function dyingDatabase(random: () => number, deathRate: number): SliceDeps['db'] {
  const mayDie = () => {
    if (random() < deathRate) throw new Killed('killed')
  }
  return new Proxy(database.db, {
    get(target, name, receiver) {
      const value = Reflect.get(target, name, receiver)
      if (name === '$client') return dyingPool(mayDie)
      if (name !== 'execute' && name !== 'transaction') return value
      return async (...args: unknown[]) => {
        mayDie()
        const result = await Reflect.apply(value, target, args)
        mayDie()
        return result
      }
    },
  })
}

/** Before anything of a flight has left, or after all of it is committed: PostgreSQL leaves nothing in between. */
const dyingPool = (mayDie: () => void) => ({
  connect: async () => {
    mayDie()
    const client = await database.pool.connect()
    return {
      query: async (query: { text: string }) => {
        const result = await client.query(query)
        if (query.text === 'COMMIT') mayDie()
        return result
      },
      release: (isBroken: boolean) => client.release(isBroken),
    }
  },
})

function workerDeps(queue: Queue, random: () => number, deathRate: number): SliceDeps {
  const queueOf = () => async (messages: readonly OutgoingMessage[]) => {
    queue.sendCalls += 1
    if (random() < deathRate) throw new Killed('killed before the call')
    const answers = messages.map((message) => {
      // 5 % of the entries are refused, the rest arrives.
      if (random() < 0.05) return { errorCode: 'InternalError', isSenderFault: false }
      queue.received.push(message)
      return { errorCode: undefined, isSenderFault: false }
    })
    if (random() < deathRate) throw new Killed('killed after the call')
    return answers
  }
  return {
    db: dyingDatabase(random, deathRate),
    registry,
    jobs: fakeJobPorts(),
    archiveBucket: 'archive',
    lineageSecret: secret,
    s3: { send: async () => ({}) } as never,
    loadBody: loadBodyFrom({ send: async () => ({}) } as never),
    send: {
      queueOf,
      putArchive: async () => undefined,
      clock: { remainingMs: () => 60_000, random, sleep: async () => undefined },
      concurrency: 3,
    },
    workerId: `worker-${random()}`,
    // Runs out at once: the next worker takes over without waiting, and an old one finds its token stale.
    leaseSeconds: 0,
    globalRateMax: 1_000_000,
    remainingMs: () => 60_000,
    sleep: async () => undefined,
    now: () => new Date(),
    onStep: () => {
      if (random() < deathRate) throw new Killed('killed between steps')
    },
  }
}

const lineageOf = (message: OutgoingMessage): Lineage => {
  const decoded = decodeLineage(message.attributes['lean-ops']?.value ?? '', secret)
  if (!decoded.ok) throw new Error('a message went out without a lineage of ours')
  return decoded.lineage
}

describe('an operation whose workers are killed anywhere', () => {
  it('sends every item, none for two operations, resends under the same replay id, and gives each exactly one outcome', async () => {
    const seed = Date.now() % 1_000_000
    const random = randomFrom(seed)
    let kills = 0
    for (let round = 0; kills < 200; round += 1) {
      const letters = await seedDeadLetters(
        database.pool,
        Array.from({ length: 20 }, (_, i) => ({ topic: 'orders', body: `{"n":${i}}`, originArn })),
      )
      const ids = letters.map((l) => l.id)
      const operationId = await seedOperation(database.pool, ids, { canary: round % 3 === 0 ? 5 : 0 })
      const queue: Queue = { received: [], sendCalls: 0 }
      let told = 0
      for (let life = 0; life < 400; life += 1) {
        const isLast = life > 200
        try {
          // Two workers at once, now and then: the lease and the fencing token keep the late one from writing.
          const workers = random() < 0.2 ? 2 : 1
          const lives = await Promise.allSettled(
            Array.from({ length: workers }, () =>
              runSlice(operationId, workerDeps(queue, random, isLast ? 0 : 0.03)),
            ),
          )
          for (const l of lives) if (l.status === 'rejected') throw l.reason
        } catch (error) {
          if (!isExpected(error)) throw error
          if (error instanceof Killed || causedByKill(error)) kills += 1
        }
        // The sink confirms what it has received so far, some of it twice.
        const fresh = queue.received.slice(random() < 0.2 ? 0 : told)
        told = queue.received.length
        await settleReplays(
          database.db,
          'ingest',
          fresh
            .map((m) => lineageOf(m))
            .map((l) => ({
              topic: 'orders',
              messageId: l.messageId,
              replayId: l.replayId ?? '',
              attempt: l.attempt,
            })),
        )
        await database.pool.query(
          "UPDATE operations SET state = 'queued' WHERE id = $1 AND state = 'paused'",
          [operationId],
        )
        const { rows } = await database.pool.query('SELECT finished_at FROM operations WHERE id = $1', [
          operationId,
        ])
        if (rows[0]?.finished_at) break
      }

      const { rows: operations } = await database.pool.query('SELECT * FROM operations WHERE id = $1', [
        operationId,
      ])
      const o = operations[0]
      const context = `seed ${seed}, round ${round}, ${JSON.stringify(o)}`
      expect(o.state, context).toBe('completed')
      expect(o.total, context).toBe(20)
      expect(o.resolved + o.returned + o.unverified + o.skipped + o.failed + o.cancelled, context).toBe(20)
      expect(o.resolved, context).toBe(20)
      const byMessage = Map.groupBy(queue.received.map(lineageOf), (l) => l.messageId)
      expect([...byMessage.keys()].sort(), context).toEqual(letters.map((l) => l.messageId).sort())
      for (const sent of byMessage.values())
        expect(new Set(sent.map((l) => l.replayId)).size, context).toBe(1)
      // What went out more than once is counted as resent; the count may be higher (claimed, never sent), never lower.
      expect(o.resent, context).toBeGreaterThanOrEqual(queue.received.length - 20)
      const { rows: statuses } = await database.pool.query(
        'SELECT DISTINCT status FROM dead_letters WHERE id = ANY ($1)',
        [ids],
      )
      expect(statuses, context).toEqual([{ status: 'resolved' }])
    }
    expect(kills).toBeGreaterThanOrEqual(200)
  }, 300_000)

  it('refuses a worker whose lease was taken over, before it writes anything', async () => {
    const letters = await seedDeadLetters(database.pool, [{ topic: 'orders', body: '{}', originArn }])
    const operationId = await seedOperation(
      database.pool,
      letters.map((l) => l.id),
    )
    const lease = () =>
      database.pool.query(
        'UPDATE operations SET fencing_token = fencing_token + 1 WHERE id = $1 RETURNING fencing_token',
        [operationId],
      )
    const old = Number((await lease()).rows[0]?.fencing_token)
    await lease()

    const late = turnChunk(
      database.db,
      { operationId, token: old, leaseSeconds: 30 },
      { results: [], backIds: [], claim: { stage: 'full', limit: 10, from: undefined } },
    )
    await expect(late).rejects.toMatchObject({ code: 'CONFLICT' })
    const { rows } = await database.pool.query('SELECT state FROM operation_items WHERE operation_id = $1', [
      operationId,
    ])
    expect(rows).toEqual([{ state: 'pending' }])
  })

  it('calls what nobody has proven in time unverified; proof that comes late resolves the message, not the outcome', async () => {
    const letters = await seedDeadLetters(database.pool, [{ topic: 'orders', body: '{}', originArn }])
    const operationId = await seedOperation(
      database.pool,
      letters.map((l) => l.id),
    )
    const queue: Queue = { received: [], sendCalls: 0 }
    await runSlice(operationId, { ...workerDeps(queue, () => 0.5, 0), leaseSeconds: 30 })
    await database.pool.query(
      "UPDATE operation_items SET settle_by = now() - interval '1 second' WHERE operation_id = $1",
      [operationId],
    )

    expect(await expireVerifications(database.db, 10)).toBe(1)
    await runSlice(
      operationId,
      workerDeps(queue, () => 0.5, 0),
    )

    const { rows } = await database.pool.query(
      'SELECT state, unverified, resolved FROM operations WHERE id = $1',
      [operationId],
    )
    expect(rows).toEqual([{ state: 'completed_with_failures', unverified: 1, resolved: 0 }])
    const late = queue.received.map(lineageOf).map((l) => ({
      topic: 'orders',
      messageId: l.messageId,
      replayId: l.replayId ?? '',
      attempt: l.attempt,
    }))
    expect(await settleReplays(database.db, 'ingest', late)).toBe(1)
    const after = await database.pool.query(
      'SELECT d.status, o.unverified, o.resolved FROM dead_letters d, operations o WHERE d.id = $1 AND o.id = $2',
      [letters[0]?.id, operationId],
    )
    expect(after.rows).toEqual([{ status: 'resolved', unverified: 1, resolved: 0 }])
  })
})

const causedByKill = (error: unknown): boolean => error instanceof Error && error.cause instanceof Killed
/** A kill, or a late worker being told that another one has the lease. */
const isExpected = (error: unknown): boolean =>
  error instanceof Killed || causedByKill(error) || (error as { code?: string }).code === 'CONFLICT'
