import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { AppError } from '../../errors/app-error.ts'
import { migrateDatabase } from '../migrate.ts'
import { type RunningPostgres, startPostgres } from './embedded-postgres.ts'

/** Set by the run's global setup; every worker of the run shares the server found there. */
export const testRunVariable = 'LEAN_OPS_TEST_POSTGRES'
export const templateDatabase = 'lean_ops_template'
export const appPassword = 'lean-ops-app'
const waitMs = 60_000

export type TestServer = { pid: number; ownerUrl: string; appUrl: string }

/** The run's PostgreSQL with a migrated template database; the first caller starts it, the others wait for it. */
export async function startTestServer(directory: string): Promise<TestServer> {
  await mkdir(directory, { recursive: true })
  const file = path.join(directory, 'server.json')
  const isFirst = await mkdir(path.join(directory, 'starting')).then(
    () => true,
    () => false,
  )
  if (isFirst) {
    const server = await createServer(directory)
    await writeFile(`${file}.new`, JSON.stringify(server))
    await rename(`${file}.new`, file)
    return server
  }
  const deadline = Date.now() + waitMs
  for (;;) {
    const found = await readTestServer(directory)
    if (found) return found
    if (Date.now() > deadline) throw new AppError('UNAVAILABLE', `no test server appeared in ${directory}`)
    await sleep(50)
  }
}

/** The server that was started for a run, or undefined when none of its tests asked for one. */
export async function readTestServer(directory: string): Promise<TestServer | undefined> {
  const text = await readFile(path.join(directory, 'server.json'), 'utf8').catch(() => undefined)
  return text === undefined ? undefined : JSON.parse(text)
}

async function createServer(directory: string): Promise<TestServer> {
  // Nothing here must survive a crash, so nothing waits for the disk.
  const settings = ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off', 'max_connections=200']
  const server = await startPostgres({
    dataDir: path.join(directory, 'data'),
    settings,
    logFile: path.join(directory, 'postgres.log'),
    detached: true,
  })
  try {
    await createTemplate(server)
  } catch (error) {
    await server.stop()
    throw error
  }
  const appUrl = `postgres://lean_ops_app:${appPassword}@127.0.0.1:${server.port}`
  return { pid: server.pid, ownerUrl: server.url('').replace(/\/$/, ''), appUrl }
}

async function createTemplate(server: RunningPostgres): Promise<void> {
  const admin = new pg.Client({ connectionString: server.url() })
  await admin.connect()
  await admin.query(`CREATE DATABASE ${templateDatabase}`)
  await admin.end()
  const pool = new pg.Pool({ connectionString: server.url(templateDatabase), max: 1 })
  await migrateDatabase(pool, { appPassword }).finally(() => pool.end())
}
