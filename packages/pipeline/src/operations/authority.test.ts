import { UploadPartCommand } from '@aws-sdk/client-s3'
import { confirmPlan } from '@lean-ops/common/control-plane/operations/confirm-plan'
import { createPlan } from '@lean-ops/common/control-plane/operations/create-plan'
import { seedDeadLetters } from '@lean-ops/common/control-plane/testing/seed-dead-letters'
import { createTestDatabase, type TestDatabase } from '@lean-ops/common/control-plane/testing/test-database'
import { createTopicRegistry } from '@lean-ops/common/topics/topic-registry'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { OutgoingMessage } from '../ingest/send-dead-letters.ts'
import { fakeJobPorts } from './jobs/testing/fake-job-ports.ts'
import { loadBodyFrom } from './load-body.ts'
import { runSlice, type SliceDeps } from './run-slice.ts'

const arn = (topic: string) => `arn:aws:sqs:us-east-1:000000000000:lean-ops-test-${topic}-queue`
const registry = createTopicRegistry({
  version: 1,
  stage: 'test',
  topics: ['orders', 'salaries'].map((topic) => ({
    topic,
    queueName: `lean-ops-test-${topic}-queue`,
    tableName: topic,
    stream: 0,
    owner: 'commerce',
    status: 'active',
    keyPath: null,
    clearPaths: topic === 'orders' ? [['open']] : null,
  })),
})

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.close())

type Parameters = { kind: 'replay' } | { kind: 'export'; format: 'ndjson' }
type Rights = {
  readOwners: '*' | string[]
  actOwners: '*' | string[]
  unmaskOwners: '*' | string[]
}

async function confirm(parameters: Parameters, topics: string[], rights: Rights): Promise<string> {
  const actor = { kind: 'user', id: 'ana', name: 'Ana' } as const
  const request = { actor, ...rights, now: new Date() }
  const plan = await createPlan(database.db, {
    ...request,
    parameters,
    selection: { by: 'filter', filter: { topic: topics }, except: [] },
  })
  const settings = { rate: 5_000, canarySize: 0, returnRateMax: 0.05, startDelaySeconds: 0 }
  return confirmPlan(database.db, { ...request, planId: plan.id, reason: 'test', settings })
}

function worker() {
  const sent: OutgoingMessage[] = []
  const written: string[] = []
  const s3 = {
    send: async (command: unknown) => {
      if (command instanceof UploadPartCommand) written.push(String(command.input.Body))
      return { UploadId: 'u', ETag: 'e' }
    },
  } as never
  const deps: SliceDeps = {
    db: database.db,
    registry,
    jobs: fakeJobPorts(),
    archiveBucket: 'archive',
    lineageSecret: 'test',
    s3,
    loadBody: loadBodyFrom(s3),
    send: {
      queueOf: () => async (messages) => {
        sent.push(...messages)
        return messages.map(() => ({ errorCode: undefined, isSenderFault: false }))
      },
      putArchive: async () => undefined,
      clock: { remainingMs: () => 60_000, random: Math.random, sleep: async () => undefined },
      concurrency: 4,
    },
    workerId: 'w',
    leaseSeconds: 30,
    globalRateMax: 100_000,
    remainingMs: () => 60_000,
    sleep: async () => undefined,
    now: () => new Date(),
  }
  return { deps, sent, written }
}

describe('what an author was allowed when confirming', () => {
  it('holds while the operation runs: a topic that changed hands meanwhile is left out', async () => {
    const letters = await seedDeadLetters(
      database.pool,
      [0, 1, 2, 3].map((n) => ({ topic: 'orders', body: `{"n":${n}}`, originArn: arn('orders') })),
    )
    const id = await confirm({ kind: 'replay' }, ['orders'], {
      readOwners: '*',
      actOwners: ['commerce'],
      unmaskOwners: [],
    })
    await database.pool.query("UPDATE dead_letters SET owner = 'finance' WHERE id = $1", [letters[2]?.id])
    const { deps, sent } = worker()

    await runSlice(id, deps)

    expect(sent.map((m) => m.body).sort()).toEqual(['{"n":0}', '{"n":1}', '{"n":3}'])
    const { rows } = await database.pool.query(
      'SELECT i.outcome, i.reason, d.status, d.attempt FROM operation_items i JOIN dead_letters d ON d.id = i.dead_letter_id WHERE i.operation_id = $1 AND d.id = $2',
      [id, letters[2]?.id],
    )
    expect(rows).toEqual([{ outcome: 'skipped', reason: 'permission', status: 'open', attempt: 0 }])
  })

  it('bounds an export to the rows of those owners, and masks what they had no right to see', async () => {
    const body = '{"open":"shown","secret":"CANARY"}'
    await seedDeadLetters(database.pool, [
      { topic: 'salaries', body, originArn: arn('salaries'), owner: 'people' },
      { topic: 'salaries', body, originArn: arn('salaries'), owner: 'commerce' },
      { topic: 'orders', body, originArn: arn('orders'), owner: 'shop' },
    ])
    const rights: Rights = { readOwners: '*', actOwners: ['commerce', 'shop'], unmaskOwners: [] }
    const topics = ['salaries', 'orders']
    const parameters = { kind: 'export', format: 'ndjson' } as const
    const masked = worker()
    const clear = worker()

    await runSlice(await confirm(parameters, topics, rights), masked.deps)
    await runSlice(await confirm(parameters, topics, { ...rights, unmaskOwners: ['shop'] }), clear.deps)

    const rowsOf = (written: string[]): Record<string, unknown>[] =>
      written.flatMap((part) =>
        part
          .trim()
          .split('\n')
          .map((line) => JSON.parse(line)),
      )
    const ownersOf = (written: string[]) => [...new Set(rowsOf(written).map((r) => r.owner))].sort()
    expect(ownersOf(masked.written)).toEqual(['commerce', 'shop'])
    expect(masked.written.join('')).not.toContain('CANARY')
    expect(masked.written.join('')).toContain('shown')
    const unmasked = rowsOf(clear.written).filter((r) => String(r.body).includes('CANARY'))
    expect(unmasked.map((r) => r.owner)).toEqual(['shop'])
    expect(unmasked[0]?.attributes).toMatchObject({ color: { value: 'red' } })
  })
})
