import { createHash } from 'node:crypto'
import { Me, SessionList, SignedOut } from '@lean-ops/common/contract/me'
import { auditLog } from '@lean-ops/common/control-plane/schema/audit-log'
import { loginStates } from '@lean-ops/common/control-plane/schema/login-states'
import { sessions } from '@lean-ops/common/control-plane/schema/sessions'
import { asc, eq, sql } from 'drizzle-orm'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { createBrowser } from '../testing/browser.ts'
import { change, consoleUrl, createTestApp, type TestApp } from '../testing/create-test-app.ts'
import { type LocalProvider, startOidcProvider } from '../testing/start-oidc-provider.ts'

describe('sign-in with a real OpenID Connect provider', () => {
  let provider: LocalProvider
  let test: TestApp
  beforeAll(async () => {
    provider = await startOidcProvider()
  })
  afterAll(() => provider.stop())
  beforeEach(async () => {
    test = await createTestApp({ issuer: provider.issuer })
  })
  afterEach(() => test.database.close())

  const signIn = async (name: 'viewer' | 'operator' | 'admin', returnTo?: string) => {
    const browser = createBrowser(test.app)
    const callback = await browser.signInAtProvider(name, provider.passwords[name], returnTo)
    return { browser, callback, answer: await browser.visit(callback) }
  }
  const meOf = async (browser: ReturnType<typeof createBrowser>) =>
    Me.parse(await (await browser.visit('/api/me')).json())

  it('opens a session with the roles of the claims and goes back to where the person was', async () => {
    const { browser, answer } = await signIn('operator', '/dead-letters?status=open')

    const me = await meOf(browser)
    expect([answer.status, answer.headers.get('location')]).toEqual([
      302,
      `${consoleUrl}/dead-letters?status=open`,
    ])
    expect(me).toMatchObject({
      id: 'operator',
      name: 'Omar Operator',
      roles: ['operator'],
      hasRole: true,
      permissions: { 'topic:read': '*', replay: '*' },
    })
    expect(me.permissions).not.toHaveProperty('payload:unmask')
    expect(Object.keys(browser.cookies())).toEqual(['lean-ops-session'])
    expect(answer.headers.getSetCookie().find((c) => c.startsWith('lean-ops-session'))).toMatch(
      /HttpOnly.*SameSite=Lax/,
    )
  })

  it('stores neither the cookie nor a token in the clear, and audits the sign-in', async () => {
    const { browser } = await signIn('admin')

    const [row] = await test.database.db.select().from(sessions)
    const [audit] = await test.database.db.select().from(auditLog)
    const cookie = browser.cookies()['lean-ops-session'] ?? ''
    const { rows: dump } = await test.database.db.execute<{ text: string }>(
      sql`SELECT sessions::text AS text FROM sessions`,
    )
    expect(cookie.length).toBeGreaterThan(40)
    expect(dump[0]?.text).not.toContain(cookie)
    expect(row?.tokens?.toString('latin1')).not.toContain('eyJ')
    expect(audit).toMatchObject({ action: 'session.create', actorId: 'admin', sessionId: row?.publicId })
  })

  it('a callback works once, and only in the browser that began the sign-in', async () => {
    const first = createBrowser(test.app)
    const stolen = await first.signInAtProvider('viewer', provider.passwords.viewer)

    const elsewhere = await createBrowser(test.app).visit(stolen)
    const here = await first.visit(stolen)
    const again = await first.visit(stolen)

    expect([elsewhere.status, here.status, again.status]).toEqual([401, 302, 401])
    expect(elsewhere.headers.get('content-type')).toContain('text/html')
    expect(await elsewhere.text()).toContain('Could not sign in')
    expect(await test.database.db.select().from(loginStates)).toEqual([])
  })

  it('refuses a sign-in that took too long, and a provider that reports an error', async () => {
    const browser = createBrowser(test.app)
    const late = await browser.signInAtProvider('viewer', provider.passwords.viewer)
    test.clock.now = new Date(Date.now() + 11 * 60_000)

    const answer = await browser.visit(late)
    const denied = await browser.visit('/auth/callback?error=access_denied&state=x')

    expect([answer.status, denied.status]).toEqual([401, 401])
    expect(await denied.text()).toContain('access_denied')
  })

  it('a wrong password is told on an accessible form', async () => {
    const browser = createBrowser(test.app)

    const failure = browser.signInAtProvider('viewer', 'wrong')

    await expect(failure).rejects.toThrow(/401.*role="alert"/s)
  })

  it('ends at sign-out: the cookie is dead even where a copy of it was kept', async () => {
    const { browser } = await signIn('viewer')
    const kept = browser.cookies()['lean-ops-session']

    const answer = await browser.visit('/auth/logout', { method: 'POST', headers: change, body: '{}' })
    const { redirectTo } = SignedOut.parse(await answer.json())
    const copy = await test.app.request('/api/me', { headers: { cookie: `lean-ops-session=${kept}` } })
    const atProvider = await browser.visit(redirectTo)

    expect(answer.status).toBe(200)
    expect(browser.cookies()).toEqual({})
    expect(copy.status).toBe(401)
    expect([atProvider.status, new URL(redirectTo).origin]).toEqual([200, provider.issuer])
    const actions = await test.database.db
      .select({ a: auditLog.action })
      .from(auditLog)
      .orderBy(asc(auditLog.seq))
    expect(actions.map((r) => r.a)).toEqual(['session.create', 'session.end'])
  })

  it('sessions end by idleness and by age, and stay alive while used', async () => {
    const { browser } = await signIn('viewer')
    const start = Date.now()
    // No renewal in this test: time alone decides.
    await test.database.db.update(sessions).set({ tokensExpireAt: null })
    const statusAfter = async (minutes: number) => {
      test.clock.now = new Date(start + minutes * 60_000)
      return (await browser.visit('/api/me')).status
    }

    const used = [await statusAfter(100), await statusAfter(200), await statusAfter(300)]
    const idle = await statusAfter(300 + 121)

    expect(used).toEqual([200, 200, 200])
    expect(idle).toBe(401)
    // As if it had been used all the time: its age alone ends it.
    await test.database.db.update(sessions).set({ idleExpiresAt: new Date(start + 10 ** 9), revokedAt: null })
    expect([await statusAfter(12 * 60 - 1), await statusAfter(12 * 60 + 1)]).toEqual([200, 401])
    const expired = await test.database.db
      .select({ details: auditLog.details })
      .from(auditLog)
      .where(eq(auditLog.action, 'session.expire'))
      .orderBy(asc(auditLog.seq))
    expect(expired.map((row) => row.details)).toEqual([{ limit: 'idle' }, { limit: 'absolute' }])
  })

  it('renews tokens once, however many requests come at once, also after the provider restarted', async () => {
    const { browser } = await signIn('operator')
    await provider.restart()
    await test.database.db.update(sessions).set({
      tokensExpireAt: new Date(Date.now() - 1_000),
      profile: { name: 'old', email: null, grants: [{ role: 'admin', owners: '*' }] },
    })

    const answers = await Promise.all(Array.from({ length: 6 }, () => browser.visit('/api/me')))

    expect(answers.map((a) => a.status)).toEqual([200, 200, 200, 200, 200, 200])
    // Roles follow the directory: what was administrator before is operator now.
    expect(await meOf(browser)).toMatchObject({ name: 'Omar Operator', roles: ['operator'] })
    const [row] = await test.database.db.select().from(sessions)
    expect(row?.tokensExpireAt?.getTime()).toBeGreaterThan(Date.now())
    expect(row?.revokedAt).toBeNull()
  })

  it('a session ends when the provider refuses to renew it', async () => {
    const { browser } = await signIn('operator')
    await test.database.db.update(sessions).set({
      tokensExpireAt: new Date(Date.now() - 1_000),
      tokens: test.deps.sealer.seal(JSON.stringify({ refreshToken: 'not-one-of-theirs', idToken: null })),
    })

    const answer = await browser.visit('/api/me')

    expect(answer.status).toBe(401)
    const [row] = await test.database.db.select().from(sessions)
    expect(row?.revokedAt).not.toBeNull()
  })

  it('lists and revokes sessions: one’s own, and as administrator everyone’s', async () => {
    const viewer = await signIn('viewer')
    const phone = await signIn('viewer')
    const admin = await signIn('admin')

    const mine = SessionList.parse(await (await viewer.browser.visit('/api/sessions')).json())
    const refused = await viewer.browser.visit('/api/sessions?of=everyone')
    const all = SessionList.parse(await (await admin.browser.visit('/api/sessions?of=everyone')).json())
    const other = mine.sessions.find((s) => !s.isCurrent)
    const adminId = all.sessions.find((s) => s.subject === 'admin')?.id
    const foreign = await viewer.browser.visit(`/api/sessions/${adminId}`, {
      method: 'DELETE',
      headers: change,
    })
    const own = await viewer.browser.visit(`/api/sessions/${other?.id}`, {
      method: 'DELETE',
      headers: change,
    })

    expect([mine.sessions.length, all.sessions.length]).toEqual([2, 3])
    expect([refused.status, foreign.status, own.status]).toEqual([403, 404, 204])
    expect((await phone.browser.visit('/api/me')).status).toBe(401)
    expect((await viewer.browser.visit('/api/me')).status).toBe(200)
  })

  it('scripts send an access token for this API; other tokens of the same provider are refused', async () => {
    const { browser } = await signIn('viewer')
    const answer = await fetch(`${provider.issuer}/token`, {
      method: 'POST',
      headers: { authorization: `Basic ${btoa(`lean-ops-service:${provider.serviceSecret}`)}` },
      body: new URLSearchParams({ grant_type: 'client_credentials', scope: 'api' }),
    })
    const { access_token: token } = z.object({ access_token: z.string() }).parse(await answer.json())
    const [session] = await test.database.db.select().from(sessions)
    const kept = JSON.parse(test.deps.sealer.open(session?.tokens ?? Buffer.alloc(0)))
    const ask = (bearer: string) =>
      test.app.request('/api/me', { headers: { authorization: `Bearer ${bearer}` } })
    const [header = '', body = '', signature = ''] = token.split('.')
    const unsigned = `${Buffer.from('{"alg":"none"}').toString('base64url')}.${body}.`
    const changed = `${header}.${Buffer.from(JSON.stringify({ ...JSON.parse(atob(body)), roles: ['admin'] })).toString('base64url')}.${signature}`

    const service = Me.parse(await (await ask(token)).json())
    const refused = await Promise.all([kept.idToken, unsigned, changed, 'x.y.z', 'nonsense'].map(ask))

    expect(service).toMatchObject({
      kind: 'service',
      id: 'lean-ops-service',
      roles: ['operator'],
      sessionId: null,
    })
    expect(refused.map((r) => r.status)).toEqual([401, 401, 401, 401, 401])
    expect(await (await browser.visit('/api/me')).json()).toMatchObject({ kind: 'user' })
  })

  it('the command line signs in on any loopback port, calls the API, and renews its token', async () => {
    const browser = createBrowser(test.app)
    const redirectUri = 'http://127.0.0.1:45678/callback'
    const verifier = 'v'.repeat(43)
    const config = z
      .object({ issuer: z.string(), clientId: z.string(), scopes: z.string() })
      .parse(await (await test.app.request('/auth/cli')).json())
    const address = new URL(`${provider.issuer}/auth`)
    for (const [name, value] of Object.entries({
      response_type: 'code',
      client_id: config.clientId,
      redirect_uri: redirectUri,
      scope: config.scopes,
      state: 's',
      prompt: 'consent',
      code_challenge: createHash('sha256').update(verifier).digest('base64url'),
      code_challenge_method: 'S256',
    }))
      address.searchParams.set(name, value)
    const end = new URL(
      await browser.followSignIn(address.href, 'operator', provider.passwords.operator, redirectUri),
    )
    const request = async (form: Record<string, string>) => {
      const body = new URLSearchParams({ client_id: config.clientId, ...form })
      const answer = await fetch(`${provider.issuer}/token`, { method: 'POST', body })
      return z.object({ access_token: z.string(), refresh_token: z.string() }).parse(await answer.json())
    }
    const roleOf = async (token: string) =>
      Me.parse(
        await (await test.app.request('/api/me', { headers: { authorization: `Bearer ${token}` } })).json(),
      )

    const tokens = await request({
      grant_type: 'authorization_code',
      code: end.searchParams.get('code') ?? '',
      redirect_uri: redirectUri,
      code_verifier: verifier,
    })
    const renewed = await request({ grant_type: 'refresh_token', refresh_token: tokens.refresh_token })

    expect(await roleOf(tokens.access_token)).toMatchObject({
      kind: 'user',
      id: 'operator',
      roles: ['operator'],
    })
    expect(await roleOf(renewed.access_token)).toMatchObject({ id: 'operator', name: 'Omar Operator' })
  })
})
