import {
  type SeededLetter,
  seedDeadLetters,
  seedOperation,
} from '@lean-ops/common/control-plane/testing/seed-dead-letters'
import { createTestDatabase, type TestDatabase } from '@lean-ops/common/control-plane/testing/test-database'
import { decodeLineage } from '@lean-ops/common/messages/lineage'
import { createTopicRegistry } from '@lean-ops/common/topics/topic-registry'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { OutgoingMessage } from '../ingest/send-dead-letters.ts'
import { fakeJobPorts } from './jobs/testing/fake-job-ports.ts'
import { loadBodyFrom } from './load-body.ts'
import { type NextLook, runSlice, type SliceDeps } from './run-slice.ts'

const arn = (topic: string) => `arn:aws:sqs:us-east-1:000000000000:lean-ops-test-${topic}-queue`
const registry = createTopicRegistry({
  version: 1,
  stage: 'test',
  topics: ['orders', 'payments'].map((topic) => ({
    topic,
    queueName: `lean-ops-test-${topic}-queue`,
    tableName: topic,
    stream: 0,
    owner: 'commerce',
    status: 'active',
    keyPath: null,
  })),
})
const secret = 'test-secret'

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.close())

/** A queue that keeps what it gets; `fault` decides the fate of each entry. */
function fakeQueues(fault: () => 'ok' | 'refused' | 'thrown' = () => 'ok') {
  const received: OutgoingMessage[] = []
  const queueOf = () => async (messages: readonly OutgoingMessage[]) => {
    if (fault() === 'thrown') throw Object.assign(new Error('no route'), { code: 'ECONNREFUSED' })
    return messages.map((m) => {
      if (fault() === 'refused') return { errorCode: 'InternalError', isSenderFault: false }
      received.push(m)
      return { errorCode: undefined, isSenderFault: false }
    })
  }
  return { received, queueOf }
}

function sliceDeps(queues: ReturnType<typeof fakeQueues>, over: Partial<SliceDeps> = {}): SliceDeps {
  return {
    db: database.db,
    registry,
    jobs: fakeJobPorts(),
    archiveBucket: 'archive',
    lineageSecret: secret,
    s3: { send: async () => ({}) } as never,
    loadBody: loadBodyFrom({ send: async () => ({}) } as never),
    send: {
      queueOf: queues.queueOf,
      putArchive: async () => undefined,
      clock: { remainingMs: () => 60_000, random: Math.random, sleep: async () => undefined },
      concurrency: 4,
    },
    workerId: 'w1',
    leaseSeconds: 30,
    globalRateMax: 100_000,
    remainingMs: () => 60_000,
    sleep: async () => undefined,
    now: () => new Date(),
    ...over,
  }
}

const orders = (n: number) =>
  seedDeadLetters(
    database.pool,
    Array.from({ length: n }, (_, i) => ({
      topic: 'orders',
      body: `{"orderId":"${i}","amount":1234.500}`,
      originArn: arn('orders'),
    })),
  )
const ids = (letters: readonly SeededLetter[]) => letters.map((l) => l.id)

async function counts(operationId: string) {
  const { rows } = await database.pool.query('SELECT * FROM operations WHERE id = $1', [operationId])
  return rows[0]
}

describe('runSlice', () => {
  it('sends every item once, with its attributes and a signed lineage, and waits for proof', async () => {
    const letters = await orders(25)
    const operationId = await seedOperation(database.pool, ids(letters))
    const queues = fakeQueues()

    const next = await runSlice(operationId, sliceDeps(queues))

    expect(next).toEqual<NextLook>({ again: 'later', seconds: 2 })
    expect(queues.received.map((m) => m.body).sort()).toEqual(letters.map((l) => l.body).sort())
    for (const message of queues.received) {
      expect(message.attributes).toMatchObject({
        n: { type: 'Number.int', value: '7' },
        raw: { type: 'Binary', value: 'AAE=' },
      })
      const decoded = decodeLineage(message.attributes['lean-ops']?.value ?? '', secret)
      expect(decoded).toMatchObject({
        ok: true,
        lineage: { attempt: 1, editRevision: 0, originArn: arn('orders') },
      })
    }
    expect(await counts(operationId)).toMatchObject({
      state: 'verifying',
      total: 25,
      verifying: 25,
      pending: 0,
      sending: 0,
      resent: 0,
    })
    const { rows } = await database.pool.query(
      'SELECT DISTINCT status FROM dead_letters WHERE id = ANY ($1)',
      [ids(letters)],
    )
    expect(rows).toEqual([{ status: 'verifying' }])
  })

  it('gives items back and waits when the queue cannot be reached; nothing is marked failed', async () => {
    const letters = await orders(10)
    const operationId = await seedOperation(database.pool, ids(letters))

    await runSlice(operationId, sliceDeps(fakeQueues(() => 'thrown')))
    expect(await counts(operationId)).toMatchObject({
      state: 'waiting',
      cause: 'error',
      pending: 10,
      failed: 0,
    })
    const queues = fakeQueues()
    await runSlice(operationId, sliceDeps(queues))

    expect(queues.received).toHaveLength(10)
    expect(await counts(operationId)).toMatchObject({ state: 'verifying', verifying: 10, pending: 0 })
  })

  it('sends only the canary and then waits for outcomes', async () => {
    const letters = await orders(40)
    const operationId = await seedOperation(database.pool, ids(letters), { canary: 5 })
    const queues = fakeQueues()

    const next = await runSlice(operationId, sliceDeps(queues))

    expect(queues.received).toHaveLength(5)
    expect(next).toEqual({ again: 'later', seconds: 2 })
    expect(await counts(operationId)).toMatchObject({
      state: 'waiting',
      cause: 'canary_settling',
      stage: 'canary',
      pending: 35,
    })
  })

  it('skips what is no longer open and says so, and finishes without an error', async () => {
    const letters = await orders(3)
    const operationId = await seedOperation(database.pool, ids(letters))
    await database.pool.query("UPDATE dead_letters SET status = 'resolved' WHERE id = ANY ($1)", [
      ids(letters),
    ])

    await runSlice(operationId, sliceDeps(fakeQueues()))
    await runSlice(operationId, sliceDeps(fakeQueues()))

    expect(await counts(operationId)).toMatchObject({ state: 'completed', skipped: 3, total: 3 })
  })

  it('goes on when a whole page has become pointless, and names no breaker for it', async () => {
    const letters = await orders(12)
    const operationId = await seedOperation(database.pool, ids(letters))
    await database.pool.query("UPDATE dead_letters SET status = 'resolved' WHERE id = ANY ($1)", [
      ids(letters),
    ])
    const queues = fakeQueues()

    const next = await runSlice(operationId, sliceDeps(queues))

    expect(next).toEqual<NextLook>({ again: 'never' })
    expect(queues.received).toEqual([])
    expect(await counts(operationId)).toMatchObject({ state: 'completed', cause: null, skipped: 12 })
  })

  it('says that somebody else holds its messages when that is why it waits', async () => {
    const letters = await orders(3)
    const operationId = await seedOperation(database.pool, ids(letters))
    const other = await database.pool.connect()
    try {
      await other.query('BEGIN')
      await other.query('SELECT 1 FROM operation_items WHERE operation_id = $1 FOR UPDATE', [operationId])

      const next = await runSlice(operationId, sliceDeps(fakeQueues()))

      expect(next).toEqual<NextLook>({ again: 'later', seconds: 2 })
      expect(await counts(operationId)).toMatchObject({
        state: 'waiting',
        cause: 'error',
        note: expect.stringContaining('changed by somebody else'),
        pending: 3,
      })
    } finally {
      await other.query('ROLLBACK')
      other.release()
    }
  })

  it('passes over a paused topic while the others go on', async () => {
    const mixed = await seedDeadLetters(database.pool, [
      { topic: 'payments', body: '{}', originArn: arn('payments') },
      { topic: 'orders', body: '{}', originArn: arn('orders') },
    ])
    await database.pool.query(
      `INSERT INTO topics (topic, owner, status, queue_name, table_name, is_ingest_paused) VALUES ('payments', 'commerce', 'active', 'q', 't', true)
       ON CONFLICT (topic) DO UPDATE SET is_ingest_paused = true`,
    )
    const operationId = await seedOperation(database.pool, ids(mixed))
    const queues = fakeQueues()

    await runSlice(operationId, sliceDeps(queues))
    expect(queues.received).toHaveLength(1)
    expect(await counts(operationId)).toMatchObject({
      state: 'waiting',
      cause: 'topic_paused',
      pending: 1,
      verifying: 1,
    })
    await database.pool.query('UPDATE topics SET is_ingest_paused = false')
    await runSlice(operationId, sliceDeps(queues))

    expect(queues.received).toHaveLength(2)
  })

  it('edits exactly what the patch names, raises the revision, and refuses an edit of another body', async () => {
    const letters = await orders(2)
    const parameters = {
      kind: 'transform-and-replay',
      patch: [{ op: 'replace', path: '/orderId', value: 'x' }],
    }
    const operationId = await seedOperation(database.pool, ids(letters), {
      kind: 'transform-and-replay',
      parameters,
    })
    const queues = fakeQueues()

    await runSlice(operationId, sliceDeps(queues))

    expect(queues.received.map((m) => m.body)).toEqual([
      '{"orderId":"x","amount":1234.500}',
      '{"orderId":"x","amount":1234.500}',
    ])
    const decoded = decodeLineage(queues.received[0]?.attributes['lean-ops']?.value ?? '', secret)
    expect(decoded).toMatchObject({ lineage: { editRevision: 1 } })

    const other = await orders(1)
    const conflicting = await seedOperation(database.pool, ids(other), {
      kind: 'edit-and-replay',
      parameters: {
        kind: 'edit-and-replay',
        patch: [{ op: 'remove', path: '/orderId' }],
        bodySha256: '0'.repeat(64),
      },
    })
    await runSlice(conflicting, sliceDeps(fakeQueues()))
    await runSlice(conflicting, sliceDeps(fakeQueues()))
    expect(await counts(conflicting)).toMatchObject({ state: 'completed_with_failures', failed: 1 })
  })

  it('warns when what waits nears the age at which a queue would drop it', async () => {
    const letters = await orders(2)
    const operationId = await seedOperation(database.pool, ids(letters))
    const noteAfter = async (days: number): Promise<string> => {
      await database.pool.query(
        'UPDATE dead_letters SET first_received_at = now() - make_interval(days => $2) WHERE id = $1',
        [ids(letters)[0], days],
      )
      await runSlice(operationId, sliceDeps(fakeQueues()))
      const { rows } = await database.pool.query('SELECT state, note FROM operations WHERE id = $1', [
        operationId,
      ])
      expect(rows[0].state).toBe('waiting')
      return rows[0].note
    }
    await database.pool.query('UPDATE hold SET is_held = true, until = NULL')
    try {
      expect(await noteAfter(10)).not.toContain('Warning')
      expect(await noteAfter(12)).toContain('first received 12 days ago')
    } finally {
      await database.pool.query('UPDATE hold SET is_held = false')
    }
  })

  it('discards and restores in transactions of their own', async () => {
    const letters = await orders(7)
    const discard = await seedOperation(database.pool, ids(letters), { kind: 'discard', reason: 'test data' })
    await runSlice(discard, sliceDeps(fakeQueues()))
    expect(await counts(discard)).toMatchObject({ state: 'completed', resolved: 7 })
    const restore = await seedOperation(database.pool, ids(letters), { kind: 'restore' })
    await runSlice(restore, sliceDeps(fakeQueues()))

    expect(await counts(restore)).toMatchObject({ state: 'completed', resolved: 7 })
    const { rows } = await database.pool.query(
      'SELECT DISTINCT status, discard_reason FROM dead_letters WHERE id = ANY ($1)',
      [ids(letters)],
    )
    expect(rows).toEqual([{ status: 'open', discard_reason: null }])
  })
})
