import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { migrateDatabase } from './migrate.ts'
import { createTestDatabase, type TestDatabase } from './testing/test-database.ts'

describe('migrateDatabase', () => {
  let database: TestDatabase
  beforeAll(async () => {
    database = await createTestDatabase()
  })
  afterAll(() => database.close())

  it('changes nothing when everything is applied, also when two run at once', async () => {
    const results = await Promise.all([migrateDatabase(database.owner), migrateDatabase(database.owner)])

    expect(results).toEqual([{ applied: [] }, { applied: [] }])
  })

  it('reads the files of a given directory and refuses one that was edited after it was applied', async () => {
    const directory = await mkdtemp(path.join(tmpdir(), 'lean-ops-migrate-'))
    try {
      await writeFile(path.join(directory, '9000-extra.sql'), 'CREATE TABLE extra (id int)')
      await expect(migrateDatabase(database.owner, { directory })).resolves.toEqual({
        applied: ['9000-extra.sql'],
      })
      await writeFile(path.join(directory, '9000-extra.sql'), 'CREATE TABLE extra (id bigint)')
      await expect(migrateDatabase(database.owner, { directory })).rejects.toMatchObject({
        code: 'INVALID_CONFIG',
      })
    } finally {
      await rm(directory, { recursive: true })
    }
  })

  it('leaves nothing of a migration that fails half-way', async () => {
    const directory = await mkdtemp(path.join(tmpdir(), 'lean-ops-migrate-'))
    try {
      await writeFile(path.join(directory, '9100-broken.sql'), 'CREATE TABLE half (id int); SELECT nonsense;')
      await expect(migrateDatabase(database.owner, { directory })).rejects.toMatchObject({
        code: 'INVALID_CONFIG',
      })
      const { rows } = await database.owner.query("SELECT to_regclass('half') AS half")
      expect(rows).toEqual([{ half: null }])
    } finally {
      await rm(directory, { recursive: true })
    }
  })

  it('lets the application add to the audit log and nobody change it', async () => {
    const insert = `INSERT INTO audit_log (at, actor_kind, actor_id, action) VALUES (now(), 'user', 'ana', $1)`
    await database.pool.query(insert, ['replay.create'])
    await Promise.all(Array.from({ length: 20 }, (_, i) => database.pool.query(insert, [`test.${i}`])))

    for (const pool of [database.pool, database.owner])
      for (const change of ['UPDATE audit_log SET action = $1', 'DELETE FROM audit_log WHERE action <> $1'])
        await expect(pool.query(change, ['x'])).rejects.toMatchObject({ code: '42501' })
    const { rows } = await database.pool.query(`
      SELECT count(*)::int AS n, bool_and(hash = encode(sha256(convert_to(audit_row_text(a), 'UTF8')), 'hex')) AS hashes,
        bool_and(previous_hash = coalesce(prior, repeat('0', 64))) AS links, max(seq)::int AS last
      FROM (SELECT audit_log AS a, hash, previous_hash, seq, lag(hash) OVER (ORDER BY seq) AS prior FROM audit_log) rows`)
    expect(rows).toEqual([{ n: 21, hashes: true, links: true, last: 21 }])
  })
})
