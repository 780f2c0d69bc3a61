import { randomUUID } from 'node:crypto'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { NodePgDatabase } from 'drizzle-orm/node-postgres'
import { drizzle } from 'drizzle-orm/node-postgres'
import pg from 'pg'
import { startTestServer, templateDatabase, testRunVariable } from './test-server.ts'

export type TestDatabase = {
  db: NodePgDatabase & { $client: pg.Pool }
  /** Signed in as the application's role: grants are tested along the way. */
  pool: pg.Pool
  /** Signed in as the owner, for what only a migration may do. */
  owner: pg.Pool
  /** The application's connection string, for code that connects by itself. */
  url: string
  close(): Promise<void>
}

/** A migrated, empty database of its own: `const database = await createTestDatabase()` in `beforeAll`, `database.close()` in `afterAll`. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const shared = process.env[testRunVariable]
  // Without a test run (a script, a bench) the server belongs to this database alone.
  const directory = shared ?? (await mkdtemp(path.join(tmpdir(), 'lean-ops-postgres-')))
  if (shared === undefined) await chmod(directory, 0o755)
  const server = await startTestServer(directory)
  const name = `test_${randomUUID().replaceAll('-', '')}`
  await asAdmin(server.ownerUrl, `CREATE DATABASE ${name} TEMPLATE ${templateDatabase}`)
  const url = `${server.appUrl}/${name}`
  const pool = new pg.Pool({ connectionString: url, max: 8, pipeline: true })
  const owner = new pg.Pool({ connectionString: `${server.ownerUrl}/${name}`, max: 2 })
  for (const p of [pool, owner]) p.on('error', () => undefined)
  return {
    db: drizzle(pool),
    pool,
    owner,
    url,
    async close() {
      await Promise.all([pool.end(), owner.end()])
      await asAdmin(server.ownerUrl, `DROP DATABASE ${name} WITH (FORCE)`)
      if (shared === undefined) {
        process.kill(server.pid, 'SIGQUIT')
        await rm(directory, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 })
      }
    },
  }
}

async function asAdmin(ownerUrl: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: `${ownerUrl}/postgres` })
  await client.connect()
  try {
    await client.query(statement)
  } finally {
    await client.end()
  }
}
