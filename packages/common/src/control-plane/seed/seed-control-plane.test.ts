import { afterAll, beforeAll, expect, it } from 'vitest'
import { deadLetterId } from '../../messages/dead-letter-id.ts'
import { listDeadLetters } from '../dead-letters/list-dead-letters.ts'
import { listErrorGroups } from '../dead-letters/list-error-groups.ts'
import { readDeadLetterBody } from '../dead-letters/read-dead-letter-body.ts'
import { createTestDatabase, type TestDatabase } from '../testing/test-database.ts'
import { seedControlPlane } from './seed-control-plane.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase()
  await seedControlPlane(database.owner, { topics: 50, deadLetters: 10_000, seed: 1 }, () => undefined)
})
afterAll(() => database.close())

const query = async (text: string) => (await database.pool.query(text)).rows

it('fills every table as the application would have', async () => {
  const [letter] = await query('SELECT * FROM dead_letters LIMIT 1')
  expect(letter?.id).toBe(deadLetterId(letter?.topic, letter?.message_id))
  expect(await query('SELECT sum(letters)::int AS n FROM dead_letter_counts')).toEqual([{ n: 10_000 }])
  expect(await query('SELECT sum(failures)::int AS n FROM error_counts')).toEqual([{ n: 10_000 }])
  const orphans =
    'SELECT count(*)::int AS n FROM dead_letter_bodies b LEFT JOIN dead_letters d ON d.id = b.dead_letter_id WHERE d.id IS NULL'
  expect(await query(orphans)).toEqual([{ n: 0 }])
  expect(
    await query(
      "SELECT count(*)::int AS n FROM pg_trigger WHERE tgrelid = 'dead_letters'::regclass AND tgenabled = 'D'",
    ),
  ).toEqual([{ n: 0 }])
})

it('can be read like real data', async () => {
  const now = new Date()
  const { items, total } = await listDeadLetters(database.db, {
    filter: { status: ['open'] },
    owners: '*',
    limit: 50,
  })
  expect(items).toHaveLength(50)
  expect(total.value).toBeGreaterThan(6_000)
  const { groups } = await listErrorGroups(database.db, { filter: {}, owners: '*', limit: 50, now })
  expect(groups.length).toBeGreaterThan(20)
  const deps = { db: database.db, s3: { send: () => Promise.reject(new Error('not needed')) } as never }
  const body = await readDeadLetterBody(deps, items[0]?.id ?? '')
  expect(JSON.parse(body.bytes.toString('utf8'))).toHaveProperty('orderId')
})

it('refuses a database that is in use', async () => {
  await expect(
    seedControlPlane(database.owner, { topics: 1, deadLetters: 1, seed: 1 }, () => undefined),
  ).rejects.toMatchObject({ code: 'CONFLICT' })
})
