import { randomBytes } from 'node:crypto'
import type { RoleGrant } from '@lean-ops/common/contract/permissions'
import { createTestDatabase, type TestDatabase } from '@lean-ops/common/control-plane/testing/test-database'
import type { ApiDeps } from '../api-deps.ts'
import type { Actor } from '../app-env.ts'
import { createApp } from '../create-app.ts'

export type TestApp = {
  app: ReturnType<typeof createApp>
  database: TestDatabase
  deps: ApiDeps
  /** Faults that the API logged; a test of a healthy path asserts that there are none. */
  logged: { message: string; fields: Record<string, unknown> }[]
  clock: { now: Date }
}

/** The app on a database of its own. Requests sign in with `as(…)`: the header is understood by this test's `authenticate` alone. */
export async function createTestApp(override: Partial<ApiDeps> = {}): Promise<TestApp> {
  const database = await createTestDatabase()
  const logged: TestApp['logged'] = []
  const clock = { now: new Date('2026-11-23T12:00:00.000Z') }
  const deps: ApiDeps = {
    db: database.db,
    config: { STAGE: 'test', CONSOLE_URL: 'http://console.test', RATE_LIMIT_PER_MINUTE: 100_000 },
    authenticate: async (c) => readTestActor(c.req.header('x-test-actor')),
    now: () => clock.now,
    random: randomBytes,
    log: { info: () => undefined, error: (message, fields) => logged.push({ message, fields }) },
    ...override,
  }
  return { app: createApp(deps), database, deps, logged, clock }
}

/** Headers of a request by someone with these grants. */
export const as = (...grants: RoleGrant[]): Record<string, string> => ({
  'x-test-actor': JSON.stringify({
    kind: 'user',
    id: 'user-1',
    name: 'Ana',
    email: 'ana@example.test',
    grants,
    sessionId: 'session-1',
  } satisfies Actor),
})

const readTestActor = (header: string | undefined): Actor | null => (header ? JSON.parse(header) : null)
