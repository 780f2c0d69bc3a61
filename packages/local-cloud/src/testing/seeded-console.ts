import { createHash, randomBytes, randomUUID } from 'node:crypto'
import type { Role } from '@lean-ops/common/contract/permissions'
import { seedControlPlane } from '@lean-ops/common/control-plane/seed/seed-control-plane'
import { createTestDatabase } from '@lean-ops/common/control-plane/testing/test-database'
import { apiProcess, consoleProcess } from '../supervisor/local-processes.ts'
import { pickPort } from '../supervisor/pick-port.ts'
import { type SupervisedProcess, superviseProcess } from '../supervisor/supervise-process.ts'

export type SeededConsole = {
  readonly consoleUrl: string
  readonly apiUrl: string
  /** A statement of the control plane's owner. */
  readonly query: (sql: string, values?: readonly unknown[]) => Promise<unknown>
  /** A cookie of somebody signed in with this role for every owner, as a browser holds it. */
  readonly signIn: (role: Role) => Promise<{ name: string; value: string; url: string }>
  readonly stop: () => Promise<void>
}

const sessionMs = 86_400_000
const nothing = (): void => undefined
const deps = {
  log: nothing,
  say: nothing,
  changed: nothing,
  recovered: nothing,
  isWanted: () => true,
  now: Date.now,
}

/**
 * API and console (its production build) over a made-up fleet in a database of its own: volume without a cloud. What
 * needs AWS (a queue, the archive) is not there. `say` hears the steps; everything is ended by `stop`.
 */
export async function startSeededConsole(
  volume: { topics: number; deadLetters: number; seed: number },
  say: (line: string) => void = () => undefined,
): Promise<SeededConsole> {
  const database = await createTestDatabase()
  const processes: SupervisedProcess[] = []
  const stop = async (): Promise<void> => {
    for (const one of processes.reverse()) await one.stop()
    await database.close()
  }
  try {
    await seedControlPlane(database.owner, volume, say)
    const ports = new Set<number>()
    const apiUrl = `http://127.0.0.1:${await pickPort(0, ports)}`
    ports.add(Number(new URL(apiUrl).port))
    const consoleUrl = `http://127.0.0.1:${await pickPort(0, ports)}`
    const api = apiProcess(Number(new URL(apiUrl).port), apiEnvironment(database.url, consoleUrl))
    processes.push(await superviseProcess(api, deps))
    const site = consoleProcess(Number(new URL(consoleUrl).port), apiUrl, false)
    processes.push(await superviseProcess({ ...site, env: { ...site.env, STAGE: 'seeded' } }, deps))
    return {
      consoleUrl,
      apiUrl,
      query: (sql, values = []) => database.owner.query(sql, [...values]),
      signIn: async (role) => ({
        name: 'lean-ops-session',
        value: await openSession(database.owner, role),
        url: consoleUrl,
      }),
      stop,
    }
  } catch (error) {
    await stop()
    throw error
  }
}

/** Nothing of AWS answers at port 9: what would need it fails at once instead of leaving this machine. */
const apiEnvironment = (databaseUrl: string, consoleUrl: string): Record<string, string> => ({
  STAGE: 'seeded',
  CONSOLE_URL: consoleUrl,
  DATABASE_URL: databaseUrl,
  SESSION_SECRET: randomBytes(32).toString('hex'),
  OIDC_ISSUER: 'http://127.0.0.1:9',
  OIDC_CLIENT_ID: 'seeded',
  OPERATIONS_URL: 'http://127.0.0.1:9/000000000000/operations',
  ARCHIVE_BUCKET: 'seeded',
  RATE_LIMIT_PER_MINUTE: '100000',
  AWS_ENDPOINT_URL: 'http://127.0.0.1:9',
  AWS_REGION: 'us-east-1',
  AWS_ACCESS_KEY_ID: 'none',
  AWS_SECRET_ACCESS_KEY: 'none',
})

async function openSession(
  owner: { query(sql: string, values: unknown[]): Promise<unknown> },
  role: Role,
): Promise<string> {
  const cookie = randomBytes(32).toString('base64url')
  const end = new Date(Date.now() + sessionMs)
  const profile = { name: `Seeded ${role}`, email: null, grants: [{ role, owners: '*' }] }
  await owner.query(
    `INSERT INTO sessions (id_hash, public_id, subject, profile, created_at, last_seen_at, idle_expires_at, expires_at, client)
     VALUES ($1, $2, $3, $4, now(), now(), $5, $5, '{}')`,
    [createHash('sha256').update(cookie).digest('hex'), randomUUID(), `seeded-${role}`, profile, end],
  )
  return cookie
}
