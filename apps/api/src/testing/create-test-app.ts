import { randomBytes } from 'node:crypto'
import type { RoleGrant } from '@lean-ops/common/contract/permissions'
import { createTestDatabase, type TestDatabase } from '@lean-ops/common/control-plane/testing/test-database'
import { AppError } from '@lean-ops/common/errors/app-error'
import type { OperationMessage } from '@lean-ops/common/messages/operation-message'
import { ApiConfig } from '../api-config.ts'
import type { ApiDeps } from '../api-deps.ts'
import type { Actor } from '../app-env.ts'
import { createAuthenticate } from '../auth/create-authenticate.ts'
import { createOidcClient } from '../auth/oidc-client.ts'
import { createSealer } from '../auth/sealer.ts'
import { createApp } from '../create-app.ts'

export const consoleUrl = 'http://127.0.0.1:4999'

/** What every state change of a browser carries. */
export const change = { Origin: consoleUrl, 'X-Lean-Ops': '1', 'Content-Type': 'application/json' }

export type TestApp = {
  app: ReturnType<typeof createApp>
  database: TestDatabase
  deps: ApiDeps
  /** Archive objects by key. */
  archive: Map<string, Buffer>
  /** What the API told the operations worker. */
  woken: OperationMessage[]
  /** Faults that the API logged; a test of a healthy path asserts that there are none. */
  logged: { message: string; fields: Record<string, unknown> }[]
  clock: { now: Date }
}

type Options = {
  /** More or other environment variables. */
  env?: Record<string, string>
  /** A real provider: then sign-in is real too, and `as(…)` is not understood. */
  issuer?: string
  override?: Partial<ApiDeps>
}

/** The app on a database of its own. Without `issuer` requests sign in with `as(…)`, a header that only this `authenticate` reads. */
export async function createTestApp({ env = {}, issuer, override = {} }: Options = {}): Promise<TestApp> {
  const database = await createTestDatabase()
  const logged: TestApp['logged'] = []
  const woken: OperationMessage[] = []
  const archive = new Map<string, Buffer>()
  // Real tokens carry real times.
  const clock = { now: issuer === undefined ? new Date('2026-11-23T12:00:00.000Z') : new Date() }
  const config = ApiConfig.parse({
    STAGE: 'test',
    CONSOLE_URL: consoleUrl,
    RATE_LIMIT_PER_MINUTE: '100000',
    OPERATIONS_URL: 'http://queue.test/operations',
    OIDC_ISSUER: issuer ?? 'http://issuer.test',
    OIDC_CLIENT_ID: 'lean-ops',
    ...env,
  })
  const now = () => clock.now
  const auth = {
    db: database.db,
    config,
    oidc: createOidcClient({
      issuer: config.OIDC_ISSUER,
      clientId: config.OIDC_CLIENT_ID,
      fetch: issuer === undefined ? unreachable : fetch,
      now,
    }),
    sealer: createSealer('a secret of this test, 32 bytes long', randomBytes),
    now,
    random: randomBytes,
  }
  const deps: ApiDeps = {
    ...auth,
    authenticate:
      issuer === undefined
        ? async (c) => readTestActor(c.req.header('x-test-actor'))
        : createAuthenticate(auth),
    operations: {
      wake: async (message) => void woken.push(message),
      linkTo: async ({ bucket, key }) => `https://${bucket}.test/${key}`,
    },
    pipeline: awayPipeline,
    s3: fakeArchive(archive),
    log: { info: () => undefined, error: (message, fields) => logged.push({ message, fields }) },
    ...override,
  }
  return { app: createApp(deps), database, deps, archive, woken, logged, clock }
}

/** A pipeline that does not answer: a test that needs one passes its own. */
const awayPipeline: ApiDeps['pipeline'] = {
  glue: { send: away },
  s3: { send: away },
  sfn: { send: away },
  logs: { send: away },
  databases: { raw: 'raw', curated: 'curated', semantic: 'semantic' },
  jobLogGroup: '/jobs',
}

async function away(): Promise<never> {
  throw Object.assign(new Error('nobody answers here'), { name: 'TimeoutError' })
}

/** Objects by key, read by range; everything else about S3 is not asked for. */
function fakeArchive(objects: ReadonlyMap<string, Buffer>): ApiDeps['s3'] {
  const send = async (command: { input: { Key?: string; Range?: string } }) => {
    const object = objects.get(command.input.Key ?? '')
    if (object === undefined) throw Object.assign(new Error('no such key'), { name: 'NoSuchKey' })
    const [, from, to] = /^bytes=(\d+)-(\d+)$/.exec(command.input.Range ?? '') ?? []
    const part = from === undefined ? object : object.subarray(Number(from), Number(to) + 1)
    return { Body: { transformToString: async () => part.toString('utf8') } }
  }
  // `send` has an overload per command; this is the one that the API uses.
  return { send } as unknown as ApiDeps['s3']
}

const unreachable: typeof fetch = async () => {
  throw new AppError('UNAVAILABLE', 'this test reaches no provider')
}

/** Headers of a request by someone with these grants. */
export const as = (...grants: RoleGrant[]): Record<string, string> => asActor({ grants })

/** Headers of a request by this actor; what is not given is Ana's. */
export const asActor = (actor: Partial<Actor>): Record<string, string> => ({
  'x-test-actor': JSON.stringify({
    kind: 'user',
    id: 'user-1',
    name: 'Ana',
    email: 'ana@example.test',
    grants: [],
    sessionId: 'session-1',
    ...actor,
  } satisfies Actor),
})

const readTestActor = (header: string | undefined): Actor | null => (header ? JSON.parse(header) : null)
