import { afterAll, beforeAll, expect, it } from 'vitest'
import { seedDeadLetters } from '../testing/seed-dead-letters.ts'
import { createTestDatabase, type TestDatabase } from '../testing/test-database.ts'
import { pruneDeadLetters } from './prune-dead-letters.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.close())

it('deletes what was settled long ago in bounded batches with an audit row each, and never an open message', async () => {
  const letters = await seedDeadLetters(
    database.pool,
    Array.from({ length: 9 }, (_, n) => ({ topic: 'orders', body: `${n}`, originArn: 'arn' })),
  )
  const states = [
    ['resolved', 100, null],
    ['resolved', 95, null],
    ['resolved', 80, null],
    ['discarded', 120, -90],
    ['discarded', 120, 5],
    ['open', 400, null],
    ['verifying', 400, null],
    ['unverified', 400, null],
    ['in_operation', 400, null],
  ] as const
  for (const [n, [status, days, restorableDays]] of states.entries())
    await database.pool.query(
      `UPDATE dead_letters SET status = $2, status_changed_at = now() - make_interval(days => $3),
         restorable_until = now() + make_interval(days => $4) WHERE id = $1`,
      [letters[n]?.id, status, days, restorableDays],
    )

  const first = await pruneDeadLetters(database.db, { keepDays: 90, limit: 2 })
  const second = await pruneDeadLetters(database.db, { keepDays: 90, limit: 2 })
  const third = await pruneDeadLetters(database.db, { keepDays: 90, limit: 2 })

  expect(first.resolved + first.discarded).toBe(2)
  expect(second.resolved + second.discarded).toBe(1)
  expect(third).toEqual({ resolved: 0, discarded: 0 })
  const { rows } = await database.pool.query('SELECT id FROM dead_letters')
  const kept = letters.filter((_, n) => ![0, 1, 3].includes(n)).map((l) => l.id)
  expect(rows.map((r) => r.id).sort()).toEqual(kept.sort())
  const { rows: audit } = await database.pool.query(
    "SELECT sum((details ->> 'resolved')::int)::int AS resolved, sum((details ->> 'discarded')::int)::int AS discarded, count(*)::int AS n FROM audit_log WHERE action = 'dead-letters.prune'",
  )
  expect(audit).toEqual([{ resolved: 2, discarded: 1, n: 2 }])
})
