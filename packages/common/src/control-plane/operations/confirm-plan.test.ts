import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { DeadLetterFilter } from '../../contract/dead-letter-filter.ts'
import type { LetterParameters, OperationActor } from '../../contract/operation.ts'
import { RunSettings } from '../../contract/operation.ts'
import { type SeededLetter, seedDeadLetters } from '../testing/seed-dead-letters.ts'
import { createTestDatabase, type TestDatabase } from '../testing/test-database.ts'
import { changeOperation } from './change-operation.ts'
import { confirmPlan } from './confirm-plan.ts'
import { createPlan } from './create-plan.ts'
import { getOperation } from './get-operation.ts'
import { listOperationItems } from './list-operation-items.ts'

const ana: OperationActor = { kind: 'user', id: 'ana', name: 'Ana' }
const everything = { actor: ana, readOwners: '*', actOwners: '*' } as const
const replay: LetterParameters = { kind: 'replay' }

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.close())

let topicNumber = 0
/** Dead letters of a topic of their own, so that tests do not see each other's rows. */
async function seed(count: number, owner = 'commerce'): Promise<{ topic: string; letters: SeededLetter[] }> {
  const topic = `t${++topicNumber}`
  const letter = {
    topic,
    owner,
    body: '{"a":1}',
    originArn: `arn:aws:sqs:us-east-1:0:lean-ops-test-${topic}-queue`,
  }
  return {
    topic,
    letters: await seedDeadLetters(
      database.pool,
      Array.from({ length: count }, () => letter),
    ),
  }
}

const byFilter = (filter: DeadLetterFilter, except: string[] = []) =>
  ({ by: 'filter', filter, except }) as const
const plan = (filter: DeadLetterFilter, over: { except?: string[]; parameters?: LetterParameters } = {}) =>
  createPlan(database.db, {
    ...everything,
    parameters: over.parameters ?? replay,
    selection: byFilter(filter, over.except),
    now: new Date(),
  })
const confirm = (planId: string, over: Partial<Parameters<typeof confirmPlan>[1]> = {}) =>
  confirmPlan(database.db, {
    ...everything,
    planId,
    reason: 'why not',
    settings: RunSettings.parse({}),
    now: new Date(),
    ...over,
  })

describe('plan and confirm', () => {
  it('makes an item of exactly the rows that were shown, minus what was unticked', async () => {
    const { topic, letters } = await seed(12)
    const unticked = letters[0]?.id ?? ''

    const shown = await plan({ topic: [topic] }, { except: [unticked] })
    const operation = await getOperation(database.db, await confirm(shown.id))

    expect(shown).toMatchObject({
      count: 11,
      preview: {
        byTopic: [{ topic, count: 11 }],
        blockers: [],
        consequence: `Replay 11 messages to ${topic}`,
      },
    })
    expect(operation).toMatchObject({
      state: 'queued',
      counts: { total: 11, pending: 11 },
      topics: [topic],
      reason: 'why not',
    })
    const items = await listOperationItems(database.db, {
      operationId: operation.id,
      limit: 100,
      topics: '*',
    })
    expect(items.map((i) => i.deadLetterId).sort()).toEqual(
      letters
        .map((l) => l.id)
        .filter((id) => id !== unticked)
        .sort(),
    )
  })

  it('never takes in what arrived after the look, and refuses when what was shown has changed', async () => {
    const { topic, letters } = await seed(5)
    const shown = await plan({ topic: [topic] })
    await database.pool.query('UPDATE dead_letters SET index_seq = 1000000 WHERE id = $1', [letters[4]?.id])

    await expect(confirm(shown.id)).rejects.toMatchObject({
      code: 'CONFLICT',
      context: { reason: 'COUNT_CHANGED', planned: 5, now: 4 },
    })
    const { rows } = await database.pool.query(
      'SELECT count(*)::int AS n FROM operations WHERE plan_id = $1',
      [shown.id],
    )
    expect(rows).toEqual([{ n: 0 }])
  })

  it('is one operation however often it is confirmed', async () => {
    const { topic } = await seed(3)
    const shown = await plan({ topic: [topic] })

    const ids = await Promise.all([confirm(shown.id), confirm(shown.id), confirm(shown.id)])

    expect(new Set(ids).size).toBe(1)
  })

  it('lets a message be in one live operation: the second plan skips it and says where it is', async () => {
    const { topic } = await seed(4)
    const first = await plan({ topic: [topic] })
    const second = await plan({ topic: [topic] })

    const [a, b] = await Promise.all([confirm(first.id), confirm(second.id)])
    const operations = await Promise.all([getOperation(database.db, a), getOperation(database.db, b)])

    const pending = operations.reduce((n, o) => n + o.counts.pending, 0)
    const skipped = operations.reduce((n, o) => n + o.counts.skipped, 0)
    expect([pending, skipped]).toEqual([4, 4])
    expect(operations.map((o) => o.counts.total)).toEqual([4, 4])
    const third = await plan({ topic: [topic] })
    expect(third.preview.blockers).toMatchObject([{ code: 'in_other_operation', blocking: false, count: 4 }])
  })

  it('refuses a filter that narrows nothing, an unbounded search, an expired plan and a stranger', async () => {
    const { topic } = await seed(1)
    await expect(plan({})).rejects.toMatchObject({ code: 'UNPROCESSABLE' })
    await expect(plan({ status: ['open'] })).rejects.toMatchObject({ code: 'UNPROCESSABLE' })
    await expect(plan({ text: 'needle', stage: ['ingest'] })).rejects.toMatchObject({ code: 'UNPROCESSABLE' })
    const shown = await plan({ topic: [topic] })
    await expect(confirm(shown.id, { now: new Date(Date.now() + 16 * 60_000) })).rejects.toMatchObject({
      code: 'CONFLICT',
      context: { reason: 'PLAN_EXPIRED' },
    })
    await expect(confirm(shown.id, { actor: { ...ana, id: 'ben' } })).rejects.toMatchObject({
      code: 'NOT_FOUND',
    })
  })

  it("leaves out other owners' messages and lists them", async () => {
    const mine = await seed(2, 'commerce')
    const theirs = await seed(3, 'growth')

    const shown = await createPlan(database.db, {
      parameters: replay,
      selection: byFilter({ topic: [mine.topic, theirs.topic] }),
      actor: ana,
      readOwners: '*',
      actOwners: ['commerce'],
      now: new Date(),
    })

    expect(shown.count).toBe(2)
    expect(shown.preview.blockers).toMatchObject([{ code: 'owner_refused', count: 3 }])
    const id = await confirm(shown.id, { actOwners: ['commerce'] })
    expect((await getOperation(database.db, id)).topics).toEqual([mine.topic])
  })

  it('finds messages by body text, JSON path and attribute, without touching a wildcard as one', async () => {
    const topic = `t${++topicNumber}`
    const originArn = 'arn:aws:sqs:us-east-1:0:q'
    await seedDeadLetters(database.pool, [
      { topic, originArn, body: '{"customer":{"id":"c-1"},"note":"100% sure"}' },
      { topic, originArn, body: '{"customer":{"id":"c-2"},"note":"100 times"}' },
      { topic, originArn, body: '{"bad":"\\u0000"}' },
    ])
    await database.pool.query("UPDATE dead_letter_bodies SET search = convert_from(inline, 'UTF8')")

    const counts = await Promise.all(
      [
        { path: '$.customer.id', pathValue: 'c-2' },
        { text: '100%' },
        { text: '100' },
        { attribute: 'color', attributeValue: 'red' },
        { attribute: 'colour' },
      ].map(async (filter) => (await plan({ topic: [topic], ...filter })).count),
    )

    expect(counts).toEqual([1, 1, 2, 3, 0])
  })

  it('tells the second of two people what the first did', async () => {
    const { topic } = await seed(2)
    const id = await confirm((await plan({ topic: [topic] })).id)
    const seen = await getOperation(database.db, id)
    const ben: OperationActor = { kind: 'user', id: 'ben', name: 'Ben' }

    await changeOperation(database.db, {
      operationId: id,
      change: { action: 'pause' },
      ifVersion: seen.version,
      actor: ana,
    })
    const late = changeOperation(database.db, {
      operationId: id,
      change: { action: 'cancel' },
      ifVersion: seen.version,
      actor: ben,
    })

    await expect(late).rejects.toMatchObject({
      code: 'PRECONDITION_FAILED',
      context: { changedBy: 'Ana', current: { state: 'paused', changedAction: 'pause' } },
    })
    const now = await getOperation(database.db, id)
    expect(now).toMatchObject({ state: 'paused', cause: 'person', changed: { by: 'Ana', action: 'pause' } })
    await expect(
      changeOperation(database.db, {
        operationId: id,
        change: { action: 'pause' },
        ifVersion: now.version,
        actor: ben,
      }),
    ).rejects.toMatchObject({ code: 'CONFLICT' })
  })
})
