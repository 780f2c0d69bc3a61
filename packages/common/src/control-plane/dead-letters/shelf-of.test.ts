import { afterAll, beforeAll, expect, it } from 'vitest'
import type { DeadLetterStatus } from '../../contract/dead-letter.ts'
import { turnChunk } from '../operations/turn-chunk.ts'
import { seedDeadLetters, seedOperation } from '../testing/seed-dead-letters.ts'
import { createTestDatabase, type TestDatabase } from '../testing/test-database.ts'
import { getHistogram } from './get-histogram.ts'
import { listDeadLetters } from './list-dead-letters.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.close())

it('finds messages under way, waiting and settled by their status, though indexes know the shelf only', async () => {
  const letters = await seedDeadLetters(
    database.pool,
    Array.from({ length: 6 }, (_, n) => ({
      topic: 'orders',
      body: `{"n":${n}}`,
      originArn: 'arn:aws:sqs:us-east-1:000000000000:orders',
    })),
  )
  const ids = letters.map((l) => l.id)
  const operationId = await seedOperation(database.pool, ids)
  await database.pool.query("UPDATE operations SET state = 'running', fencing_token = 1 WHERE id = $1", [
    operationId,
  ])

  const lease = { operationId, token: 1, leaseSeconds: 30 }
  const { items, facts } = await turnChunk(database.db, lease, {
    results: [],
    backIds: [],
    claim: { stage: 'full', limit: 2, from: undefined },
  })

  const settled = ids.find((id) => !items.some((i) => i.deadLetterId === id))
  await database.pool.query("UPDATE dead_letters SET status = 'resolved' WHERE id = $1", [settled])

  const found = async (...status: DeadLetterStatus[]) =>
    (await listDeadLetters(database.db, { filter: { status }, owners: '*', limit: 10 })).items.map(
      (l) => l.id,
    )
  expect(facts?.counts).toMatchObject({ pending: 4, sending: 2 })
  expect((await found('verifying')).toSorted()).toEqual(items.map((i) => i.deadLetterId).toSorted())
  expect(await found('open')).toHaveLength(3)
  expect(await found('open', 'verifying')).toHaveLength(5)
  expect(await found('open', 'in_operation', 'verifying')).toHaveLength(5)
  expect(await found('verifying', 'resolved')).toHaveLength(3)
  expect(await found('resolved')).toEqual([settled])
  const { buckets } = await getHistogram(database.db, {
    filter: { status: ['open'], failedFrom: '2000-01-01T00:00:00Z' },
    owners: '*',
    now: new Date('2100-01-01T00:00:00Z'),
  })
  expect(buckets.reduce((sum, b) => sum + b.count, 0)).toBe(3)
})

it('a send changes nothing that an index names: neither its dead letter nor its item is written into one', async () => {
  const { rows } = await database.pool.query<{ name: string }>(
    `SELECT DISTINCT c.relname || '.' || a.attname AS name FROM pg_depend d
     JOIN pg_class i ON d.classid = 'pg_class'::regclass AND i.oid = d.objid AND i.relkind = 'i'
     JOIN pg_class c ON d.refclassid = 'pg_class'::regclass AND c.oid = d.refobjid
     JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = d.refobjsubid
     WHERE c.relname IN ('dead_letters', 'operation_items')`,
  )
  const indexed = new Set(rows.map((r) => r.name))
  const letter =
    'status status_changed_at attempt operation_id replay_id verify_stage verify_until changed_seq edit_revision'
  const item =
    'state fencing_token claimed_at attempt verify_stage sends replay_id sent_at settle_by settled_at reason detail'
  expect(indexed).toContain('dead_letters.shelf')
  expect(letter.split(' ').filter((c) => indexed.has(`dead_letters.${c}`))).toEqual([])
  expect(item.split(' ').filter((c) => indexed.has(`operation_items.${c}`))).toEqual([])
})
