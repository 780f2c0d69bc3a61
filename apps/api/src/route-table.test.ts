import { ErrorBody } from '@lean-ops/common/contract/error-body'
import { isAllowed, type Permission, permissions, roles } from '@lean-ops/common/contract/permissions'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createApp } from './create-app.ts'
import { openApiDocument } from './openapi-document.ts'
import { as, change, createTestApp, type TestApp } from './testing/create-test-app.ts'
import {
  answeringRoutes,
  invalidIds,
  type TableRoute,
  tableOf,
  unknownIds,
  validBodies,
} from './testing/route-table.ts'
import { staleSubjects } from './testing/stale-subjects.ts'

const admin = as({ role: 'admin', owners: '*' })
const nobody = as()
/** Answered, but not part of the API: health for load balancers, and the document itself. */
const undocumented = ['GET /healthz', 'GET /api/openapi.json']

describe('every route', () => {
  let test: TestApp
  let table: TableRoute[]
  beforeAll(async () => {
    test = await createTestApp()
    table = tableOf(test.app)
  })
  afterAll(() => test.database.close())

  const isChange = (route: TableRoute) => route.method !== 'GET'
  const bodyOf = (route: TableRoute): string | null =>
    isChange(route) && route.name in validBodies ? JSON.stringify(validBodies[route.name]) : null
  /** One request that is right in everything except what the probe changes. */
  const ask = async (
    route: TableRoute,
    probe: { headers?: Record<string, string>; path?: string; body?: string | null } = {},
  ) => {
    const body = probe.body === undefined ? bodyOf(route) : probe.body
    const answer = await test.app.request(probe.path ?? unknownIds(route), {
      method: route.method,
      headers: { ...(isChange(route) ? { ...change, 'If-Match': '"v7"' } : {}), ...(probe.headers ?? admin) },
      ...(body === null ? {} : { body }),
    })
    const text = await answer.text()
    return { route: route.name, status: answer.status, answer, text }
  }
  const codeOf = (text: string) => ErrorBody.parse(JSON.parse(text)).error
  /** Asks all routes and returns those that did not answer as expected, so that one look shows every hole. */
  const misfits = async (
    routes: TableRoute[],
    probe: (route: TableRoute) => Parameters<typeof ask>[1],
    isRight: (answer: Awaited<ReturnType<typeof ask>>) => boolean,
  ) => {
    const wrong: string[] = []
    for (const route of routes) {
      const answer = await ask(route, probe(route))
      if (!isRight(answer)) wrong.push(`${route.name} → ${answer.status} ${answer.text.slice(0, 200)}`)
    }
    expect(routes.length).toBeGreaterThan(0)
    return wrong
  }

  it('is documented, has an owner, a permission, a summary and its error table', () => {
    const documented = table.map((route) => route.name)
    const owners = ['skeleton', 'dead-letters-and-operations', 'orchestration-and-jobs', 'status-and-alerts']
    const bare = table.filter(
      (route) =>
        !owners.includes(route.owner) ||
        !['public', 'signed-in', ...permissions].includes(route.access) ||
        route.summary === '' ||
        route.tags.length === 0 ||
        (route.access !== 'public' && ![401, 403, 429, 500, 503].every((s) => route.statuses.includes(s))) ||
        (route.path.includes('{') && !route.statuses.includes(400)) ||
        (route.hasBody && ![400, 413, 415].every((s) => route.statuses.includes(s))),
    )

    expect(bare).toEqual([])
    expect(
      answeringRoutes(test.app)
        .filter((name) => !documented.includes(name))
        .sort(),
    ).toEqual(undocumented.sort())
    expect(new Set(documented).size).toBe(documented.length)
    // A changing route without a body here would only be probed for a missing body.
    expect(table.filter((r) => r.hasBody && !(r.name in validBodies)).map((r) => r.name)).toEqual([])
  })

  it('the OpenAPI document names every route, every schema it refers to, and how to sign in', async () => {
    const document = openApiDocument(test.app)
    const served: unknown = await (await test.app.request('/api/openapi.json')).json()

    const named = Object.entries(document.paths ?? {}).flatMap(([path, item]) =>
      Object.keys(item).map((method) => `${method.toUpperCase()} ${path}`),
    )
    const text = JSON.stringify(document)
    const refs = [...new Set([...text.matchAll(/"#\/components\/schemas\/([^"]+)"/g)].map((m) => m[1] ?? ''))]
    expect(named.sort()).toEqual(table.map((r) => r.name).sort())
    expect(refs.filter((name) => document.components?.schemas?.[name] === undefined)).toEqual([])
    expect(Object.keys(document.components?.securitySchemes ?? {}).sort()).toEqual(['bearer', 'session'])
    expect(served).toEqual(JSON.parse(text))
  })

  it('refuses who has no token', async () => {
    const closed = table.filter((route) => route.access !== 'public')

    const wrong = await misfits(
      closed,
      () => ({ headers: {} }),
      ({ status, text, answer }) =>
        status === 401 && codeOf(text).code === 'UNAUTHENTICATED' && answer.headers.has('WWW-Authenticate'),
    )

    expect(wrong).toEqual([])
  })

  it('tells who is signed in without a role that this is the reason', async () => {
    const wrong = await misfits(
      table.filter((route) => route.access !== 'public' && route.access !== 'signed-in'),
      () => ({ headers: nobody }),
      ({ status, text }) => status === 403 && codeOf(text).details?.reason === 'NO_ROLE',
    )

    expect(wrong).toEqual([])
  })

  it('refuses a role without its permission', async () => {
    const guarded = table.filter((r) => permissions.some((p) => p === r.access) && r.access !== 'topic:read')

    const wrong: string[] = []
    for (const role of roles) {
      const lacking = guarded.filter((r) => !isAllowed([{ role, owners: '*' }], r.access as Permission))
      if (lacking.length > 0)
        wrong.push(
          ...(await misfits(
            lacking,
            () => ({ headers: as({ role, owners: '*' }) }),
            ({ status, text }) => status === 403 && codeOf(text).details?.reason === 'NO_PERMISSION',
          )),
        )
    }

    expect(guarded.length).toBeGreaterThan(2)
    expect(wrong).toEqual([])
  })

  it('refuses parameters that are none', async () => {
    const wrong = await misfits(
      table.filter((route) => route.path.includes('{')),
      (route) => ({ path: invalidIds(route) }),
      ({ status, text }) => status === 400 && codeOf(text).code === 'INVALID_INPUT',
    )

    expect(wrong).toEqual([])
  })

  it('refuses bodies that are not its own, and broken JSON, without echoing them', async () => {
    const withBody = table.filter((route) => route.hasBody)
    const secret = 'canary-in-a-bad-body'

    const strange = await misfits(
      withBody,
      () => ({ body: JSON.stringify({ nonsense: secret }) }),
      ({ status, text }) => status === 400 && !text.includes(secret),
    )
    const broken = await misfits(
      withBody,
      () => ({ body: `{"a": "${secret}` }),
      ({ status, text }) => status === 400 && !text.includes(secret),
    )

    expect([...strange, ...broken]).toEqual([])
  })

  it('knows no unknown id', async () => {
    const wrong = await misfits(
      table.filter((route) => route.path.includes('{') && route.statuses.includes(404)),
      () => ({}),
      ({ status, text }) => status === 404 && codeOf(text).code === 'NOT_FOUND',
    )

    expect(wrong).toEqual([])
  })

  it('refuses a change on a version that has passed, with the present one; and a change on none', async () => {
    const subjects = await staleSubjects(test)
    const versioned = table.filter((route) => route.statuses.includes(412))

    const wrong: string[] = []
    for (const route of versioned) {
      const path = subjects[route.name]
      const headers = { ...change, ...admin }
      const body = bodyOf(route)
      const send = (etag: Record<string, string>) =>
        test.app.request(path ?? '', {
          method: route.method,
          headers: { ...headers, ...etag },
          ...(body === null ? {} : { body }),
        })
      const stale = await send({ 'If-Match': '"v99"' })
      const blind = await send({})
      const details = codeOf(await stale.text()).details ?? {}
      if (stale.status !== 412 || blind.status !== 400 || !JSON.stringify(details).includes('"version"'))
        wrong.push(`${route.name} → ${stale.status}, ${blind.status}, ${JSON.stringify(details)}`)
    }

    expect(Object.keys(subjects).sort()).toEqual(versioned.map((r) => r.name).sort())
    expect(wrong).toEqual([])
  })

  it('refuses a body of more than a megabyte', async () => {
    const wrong = await misfits(
      table.filter(isChange),
      () => ({ body: JSON.stringify({ reason: 'x'.repeat(1_048_577) }) }),
      ({ status, text }) => status === 413 && codeOf(text).code === 'PAYLOAD_TOO_LARGE',
    )

    expect(wrong).toEqual([])
  })

  it.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'application/jsonp',
  ])('refuses a change sent as %s', async (type) => {
    const wrong = await misfits(
      table.filter(isChange),
      () => ({ headers: { ...admin, 'Content-Type': type }, body: '{}' }),
      ({ status, text }) => status === 415 && codeOf(text).code === 'UNSUPPORTED_MEDIA_TYPE',
    )

    expect(wrong).toEqual([])
  })

  it.each([
    ['a foreign origin', { Origin: 'https://evil.test' }, 'FOREIGN_ORIGIN'],
    ['our name as a prefix of theirs', { Origin: `${change.Origin}.evil.test` }, 'FOREIGN_ORIGIN'],
    ['the null origin of a sandboxed frame', { Origin: 'null' }, 'FOREIGN_ORIGIN'],
    ['no proof of intent', { 'X-Lean-Ops': '' }, 'NO_INTENT'],
  ])('refuses a change with %s', async (_, headers, reason) => {
    const wrong = await misfits(
      table.filter(isChange),
      () => ({ headers: { ...admin, ...headers } }),
      ({ status, text }) => status === 403 && codeOf(text).details?.reason === reason,
    )

    expect(wrong).toEqual([])
  })

  it('refuses a change of which nobody knows where it comes from, or that comes from a sibling site', async () => {
    const { Origin: _, ...withoutOrigin } = change
    const wrong: string[] = []
    for (const route of table.filter(isChange))
      for (const site of [undefined, 'same-site', 'cross-site', 'none']) {
        const answer = await test.app.request(unknownIds(route), {
          method: route.method,
          headers: { ...withoutOrigin, ...admin, ...(site === undefined ? {} : { 'Sec-Fetch-Site': site }) },
          body: '{}',
        })
        if (answer.status !== 403) wrong.push(`${route.name} with ${site} → ${answer.status}`)
      }

    expect(wrong).toEqual([])
  })

  it('says how it was served, and lets nobody frame, sniff or store it elsewhere', async () => {
    const wrong = await misfits(
      table,
      () => ({ headers: {} }),
      ({ answer }) =>
        answer.headers.get('X-Content-Type-Options') === 'nosniff' &&
        answer.headers.get('X-Frame-Options') === 'DENY' &&
        (answer.headers.get('Content-Security-Policy') ?? '').includes("default-src 'none'") &&
        answer.headers.get('Lean-Ops-Api-Version') === '1' &&
        answer.headers.has('X-Request-Id') &&
        answer.headers.has('Server-Timing'),
    )

    expect(wrong).toEqual([])
  })

  it('counts requests per minute and says when to come back', async () => {
    const limited = await createTestApp({ env: { RATE_LIMIT_PER_MINUTE: '3' } })
    const statuses = async (headers: Record<string, string>, times: number) => {
      const seen: number[] = []
      for (let i = 0; i < times; i += 1) {
        const answer = await limited.app.request('/api/me', { headers })
        seen.push(answer.status)
        if (answer.status === 429) expect(Number(answer.headers.get('Retry-After'))).toBeGreaterThan(0)
      }
      return seen
    }

    const first = await statuses(admin, 4)
    const stranger = await statuses({}, 4)
    const from = { 'X-Forwarded-For': '203.0.113.7, 198.51.100.2' }
    const elsewhere = await statuses(from, 1)
    limited.clock.now = new Date(limited.clock.now.getTime() + 60_000)
    const later = await statuses(admin, 1)

    expect(first).toEqual([200, 200, 200, 429])
    expect(stranger).toEqual([401, 401, 401, 429])
    expect([elsewhere, later]).toEqual([[401], [200]])
    await limited.database.close()
  })

  it('an unknown fault shows no text of it, only the request id that the log has too', async () => {
    const app = createApp({
      ...test.deps,
      authenticate: async () => {
        throw new TypeError('canary: password of the database')
      },
    })

    const answer = await app.request('/api/me')
    const text = await answer.text()

    expect(answer.status).toBe(500)
    expect(text).not.toContain('canary')
    expect(test.logged.at(-1)?.fields.requestId).toBe(codeOf(text).requestId)
  })
})
