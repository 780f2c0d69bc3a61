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
  await seedControlPlane(
    database.owner,
    { topics: 50, deadLetters: 10_000, runs: 200, seed: 1 },
    () => undefined,
  )
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

it('has large messages, topics that can be judged and runs with their passes', async () => {
  const [large] = await query('SELECT max(size_bytes) AS bytes FROM dead_letters')
  expect(large?.bytes).toBeGreaterThan(1_040_000)
  expect(large?.bytes).toBeLessThanOrEqual(1_048_576)
  expect(await query('SELECT count(*)::int AS n FROM topic_status WHERE dead_letters_open IS NULL')).toEqual([
    { n: 0 },
  ])
  expect(await query('SELECT sum(dead_letters_open)::int AS n FROM topic_status')).toEqual(
    await query("SELECT count(*)::int AS n FROM dead_letters WHERE status = 'open'"),
  )
  expect(await query('SELECT count(*)::int AS n FROM runs')).toEqual([{ n: 200 }])
  expect(await query("SELECT count(*)::int AS n FROM runs WHERE state = 'RUNNING'")).toEqual([{ n: 1 }])
  expect(
    await query(
      'SELECT count(*)::int AS n FROM checkpoints c WHERE NOT EXISTS (SELECT 1 FROM run_passes p WHERE p.pass_id = c.pass_id)',
    ),
  ).toEqual([{ n: 0 }])
})

it('needs no right beyond owning the tables', async () => {
  const other = await createTestDatabase()
  const { rows } = await other.owner.query('SELECT current_database() AS name')
  try {
    await other.owner.query(`CREATE ROLE "seeder-${rows[0]?.name}"`)
    await other.owner.query(
      `GRANT CREATE, TEMPORARY ON DATABASE ${rows[0]?.name} TO "seeder-${rows[0]?.name}"`,
    )
    const { rows: tables } = await other.owner.query(
      "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'v') AND relname NOT LIKE 'pg_%'",
    )
    await other.owner.query(`GRANT CREATE ON SCHEMA public TO "seeder-${rows[0]?.name}"`)
    for (const { relname } of tables)
      await other.owner.query(`ALTER TABLE "${relname}" OWNER TO "seeder-${rows[0]?.name}"`)
    other.owner.on('connect', () => undefined)
    const seeder = await other.owner.connect()
    await seeder.query(`SET SESSION AUTHORIZATION "seeder-${rows[0]?.name}"`)
    // The seed opens its own connection of the pool: give it this one.
    const pool = {
      connect: async () => ({
        query: seeder.query.bind(seeder),
        escapeIdentifier: seeder.escapeIdentifier.bind(seeder),
        release: () => undefined,
      }),
    }
    // Safe: the seed uses nothing else of a pool.
    await seedControlPlane(
      pool as unknown as typeof other.owner,
      { topics: 3, deadLetters: 50, seed: 1 },
      () => undefined,
    )
    await seeder.query('RESET SESSION AUTHORIZATION')
    seeder.release()
    expect((await other.owner.query('SELECT count(*)::int AS n FROM dead_letters')).rows).toEqual([{ n: 50 }])
  } finally {
    await other.owner.query(
      `REASSIGN OWNED BY "seeder-${rows[0]?.name}" TO CURRENT_USER; DROP OWNED BY "seeder-${rows[0]?.name}"; DROP ROLE "seeder-${rows[0]?.name}"`,
    )
    await other.close()
  }
})

it('refuses a database that is in use', async () => {
  await expect(
    seedControlPlane(database.owner, { topics: 1, deadLetters: 1, seed: 1 }, () => undefined),
  ).rejects.toMatchObject({ code: 'CONFLICT' })
})
