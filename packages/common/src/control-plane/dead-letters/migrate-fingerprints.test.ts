import { afterAll, beforeAll, expect, it } from 'vitest'
import { fingerprintError, fingerprintVersion } from '../../fingerprint/fingerprint-error.ts'
import { failureReport } from '../testing/failure-arbitrary.ts'
import { createTestDatabase, type TestDatabase } from '../testing/test-database.ts'
import { getErrorGroup } from './get-error-group.ts'
import { listDeadLetters } from './list-dead-letters.ts'
import { listErrorGroups } from './list-error-groups.ts'
import { type GroupFacts, migrateFingerprints } from './migrate-fingerprints.ts'
import { recordDeadLetters } from './record-dead-letters.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.close())

/** A later algorithm that finds two of today's groups to be one: it looks at the code alone. */
const byCode = ({ stage, code }: GroupFacts) => {
  const today = fingerprintError({ stage, code, message: '' })
  return { ...today, fingerprint: today.fingerprint.replace(`${fingerprintVersion}:`, 'v9:') }
}
const step = () => migrateFingerprints(database.db, { version: 'v9', recompute: byCode, lettersMax: 3 })

it('brings every group, message, count and link to the new version, step by step, wherever it is stopped', async () => {
  const texts = ['first kind', 'second kind', 'third kind']
  await recordDeadLetters(
    database.db,
    texts.flatMap((message, kind) =>
      Array.from({ length: 4 }, (_, n) =>
        failureReport({
          messageId: `${kind}-${n}`,
          message,
          code: kind < 2 ? 'MALFORMED_JSON' : 'TOO_LARGE',
        }),
      ),
    ),
  )
  const now = new Date()
  const before = await listErrorGroups(database.db, { filter: {}, owners: '*', limit: 10, now })
  const sumOf = async (table: string) =>
    (await database.owner.query(`SELECT sum(failures)::int AS n FROM ${table}`)).rows[0]?.n

  expect(before.groups.map((g) => g.count)).toEqual([4, 4, 4])
  await step()
  // In between, an old link shows the group with the messages that have moved, and nothing is counted twice.
  expect(await sumOf('error_groups')).toBe(12)
  expect((await listDeadLetters(database.db, { filter: {}, owners: '*', limit: 50 })).items).toHaveLength(12)
  let steps = 1
  while (!(await step()).isDone) steps += 1

  const after = await listErrorGroups(database.db, { filter: {}, owners: '*', limit: 10, now })
  expect(after.groups.map((g) => [g.code, g.count]).sort()).toEqual([
    ['MALFORMED_JSON', 8],
    ['TOO_LARGE', 4],
  ])
  expect(after.groups.every((g) => g.fingerprint.startsWith('v9:'))).toBe(true)
  expect(steps).toBe(6)
  for (const table of ['error_groups', 'error_counts', 'error_hours']) expect(await sumOf(table)).toBe(12)
  for (const old of before.groups) {
    const reached = await getErrorGroup(database.db, { fingerprint: old.fingerprint, owners: '*', now })
    expect([reached.code, reached.fingerprint.slice(0, 3)]).toEqual([old.code, 'v9:'])
    expect(reached.count).toBe(old.code === 'TOO_LARGE' ? 4 : 8)
  }
  const { rows } = await database.pool.query(
    "SELECT count(*)::int AS n FROM dead_letter_events WHERE fingerprint NOT LIKE 'v9:%'",
  )
  expect(rows).toEqual([{ n: 0 }])
  expect(await step()).toEqual({ letters: 0, isDone: true })
})

it('recomputes from what is stored: frames and paths as they were', async () => {
  await recordDeadLetters(database.db, [
    failureReport({
      messageId: 'deep',
      code: 'TYPE_CAST',
      message: 'cannot read it',
      paths: ['/items/3/price'],
    }),
  ])
  const { rows } = await database.pool.query("SELECT fingerprint FROM error_groups WHERE code = 'TYPE_CAST'")
  await database.owner.query(
    "UPDATE error_groups SET fingerprint = 'v0:0000000000000000' WHERE code = 'TYPE_CAST'",
  )
  await database.owner.query(
    "UPDATE dead_letters SET fingerprint = 'v0:0000000000000000' WHERE code = 'TYPE_CAST'",
  )

  await migrateFingerprints(database.db, { lettersMax: 10 })

  const now = await database.pool.query("SELECT fingerprint FROM error_groups WHERE code = 'TYPE_CAST'")
  expect(now.rows).toEqual(rows)
})
