import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import type pg from 'pg'
import { AppError } from '../errors/app-error.ts'

/** Any constant: two migrations of one database wait for each other, and nothing else takes this lock. */
const lockKey = 7_231_940_118
const appRole = 'lean_ops_app'

type Options = {
  /** Folder with the `NNNN-name.sql` files; on Lambda the copy beside the handler. */
  directory?: string
  /** Lets the application's role sign in. Omitted: the role exists without a password (AWS gives it one by IAM). */
  appPassword?: string
}

/**
 * Applies the SQL files that this database has not seen, in name order, each in a transaction, under an advisory
 * lock; then renews the grants of the application's role. Running it again changes nothing.
 * Throws INVALID_CONFIG when an applied file was changed afterwards.
 */
export async function migrateDatabase(pool: pg.Pool, options: Options = {}): Promise<{ applied: string[] }> {
  const directory = options.directory ?? fileURLToPath(new URL('../../drizzle', import.meta.url))
  const client = await pool.connect()
  try {
    await client.query('SELECT pg_advisory_lock($1)', [lockKey])
    const applied = await applyMissing(client, await readMigrations(directory))
    await grantToApplication(client, options.appPassword)
    return { applied }
  } finally {
    await client.query('SELECT pg_advisory_unlock($1)', [lockKey]).catch(() => undefined)
    client.release()
  }
}

type Migration = { name: string; text: string; sha256: string }

async function readMigrations(directory: string): Promise<Migration[]> {
  const names = (await readdir(directory)).filter((f) => /^\d{4}-.*\.sql$/.test(f)).sort()
  if (names.length === 0) throw new AppError('INVALID_CONFIG', `no migrations in ${directory}`)
  return Promise.all(
    names.map(async (name) => {
      const text = await readFile(path.join(directory, name), 'utf8')
      return { name, text, sha256: createHash('sha256').update(text).digest('hex') }
    }),
  )
}

async function applyMissing(client: pg.PoolClient, migrations: Migration[]): Promise<string[]> {
  await client.query(
    'CREATE TABLE IF NOT EXISTS schema_migrations (name text PRIMARY KEY, sha256 text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now())',
  )
  const { rows } = await client.query<{ name: string; sha256: string }>(
    'SELECT name, sha256 FROM schema_migrations',
  )
  const known = new Map(rows.map((r) => [r.name, r.sha256]))
  const changed = migrations.filter((m) => known.has(m.name) && known.get(m.name) !== m.sha256)
  if (changed.length > 0)
    throw new AppError(
      'INVALID_CONFIG',
      `already applied, then edited: ${changed.map((m) => m.name).join(', ')}. Put the change into a new file.`,
    )
  const missing = migrations.filter((m) => !known.has(m.name))
  for (const migration of missing) await applyOne(client, migration)
  return missing.map((m) => m.name)
}

async function applyOne(client: pg.PoolClient, migration: Migration): Promise<void> {
  await client.query('BEGIN')
  try {
    await client.query(migration.text)
    await client.query('INSERT INTO schema_migrations (name, sha256) VALUES ($1, $2)', [
      migration.name,
      migration.sha256,
    ])
    await client.query('COMMIT')
  } catch (cause) {
    await client.query('ROLLBACK')
    throw new AppError('INVALID_CONFIG', `migration ${migration.name} failed: ${String(cause)}`, { cause })
  }
}

/** The application reads and writes everything except the audit log's past. */
async function grantToApplication(client: pg.PoolClient, password: string | undefined): Promise<void> {
  const role = await client.query('SELECT 1 FROM pg_roles WHERE rolname = $1', [appRole])
  if (role.rowCount === 0) await client.query(`CREATE ROLE ${appRole}`)
  if (password !== undefined)
    await client.query(`ALTER ROLE ${appRole} LOGIN PASSWORD ${client.escapeLiteral(password)}`)
  await client.query(`
    GRANT USAGE ON SCHEMA public TO ${appRole};
    GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO ${appRole};
    GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO ${appRole};
    REVOKE UPDATE, DELETE, TRUNCATE ON audit_log FROM ${appRole};
    REVOKE INSERT, UPDATE, DELETE ON schema_migrations FROM ${appRole};
  `)
}
