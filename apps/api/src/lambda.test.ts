import { createHash } from 'node:crypto'
import { createServer, type Server } from 'node:http'
import { DeadLetterPage } from '@lean-ops/common/contract/dead-letter-query'
import { Me } from '@lean-ops/common/contract/me'
import { recordDeadLetters } from '@lean-ops/common/control-plane/dead-letters/record-dead-letters'
import { topics } from '@lean-ops/common/control-plane/schema/topics'
import { failureReport } from '@lean-ops/common/control-plane/testing/failure-arbitrary'
import { createTestDatabase, type TestDatabase } from '@lean-ops/common/control-plane/testing/test-database'
import { deadLetterId } from '@lean-ops/common/messages/dead-letter-id'
import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { createBrowser } from './testing/browser.ts'
import { change, consoleUrl } from './testing/create-test-app.ts'
import { lambdaClient } from './testing/lambda-events.ts'
import { type LocalProvider, startOidcProvider } from './testing/start-oidc-provider.ts'

/** Bytes that are no text, as a compressed message has them. */
const binary = Buffer.from(Array.from({ length: 60_000 }, (_, n) => (n * 37) % 256))
const lettersCount = 400

/** The entry as Lambda loads it: configuration from the environment, nothing injected. */
async function loadEntry(env: Record<string, string>) {
  vi.resetModules()
  vi.unstubAllEnvs()
  for (const [name, value] of Object.entries({
    STAGE: 'test',
    CONSOLE_URL: consoleUrl,
    SESSION_SECRET: 'a secret of this test, 32 bytes long',
    OPERATIONS_URL: 'http://127.0.0.1:9/000000000000/operations',
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'none',
    AWS_SECRET_ACCESS_KEY: 'none',
    POWERTOOLS_LOG_LEVEL: 'SILENT',
    ...env,
  }))
    vi.stubEnv(name, value)
  return (await import('./lambda.ts')).handler
}

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase()
  await database.db.insert(topics).values({
    topic: 'orders',
    owner: 'commerce',
    status: 'active',
    queueName: 'q',
    tableName: 'orders',
    clearPaths: [['orderId']],
  })
  await recordDeadLetters(database.db, [
    failureReport({ messageId: 'binary', body: binary }),
    ...Array.from({ length: lettersCount }, (_, n) =>
      failureReport({ messageId: `m-${n}`, body: Buffer.from(`{"orderId":"${n}"}`) }),
    ),
  ])
})
afterAll(async () => {
  vi.unstubAllEnvs()
  await database.close()
})

describe('the Lambda entry behind a function URL', () => {
  let provider: LocalProvider
  beforeAll(async () => {
    provider = await startOidcProvider()
  })
  afterAll(() => provider.stop())

  it('signs in, reads, changes, and gives binary bodies exactly', async () => {
    const client = lambdaClient(
      await loadEntry({
        DATABASE_URL: database.url,
        OIDC_ISSUER: provider.issuer,
        OIDC_CLIENT_ID: 'lean-ops',
      }),
    )
    const browser = createBrowser(client)

    const callback = await browser.signInAtProvider('admin', provider.passwords.admin)
    const signedIn = await browser.visit(callback)
    const me = Me.parse(await (await browser.visit('/api/me')).json())
    const answer = await browser.visit('/api/dead-letters?topic=orders&limit=200')
    const page = DeadLetterPage.parse(await answer.json())
    const again = await browser.visit('/api/dead-letters?topic=orders&limit=200', {
      headers: { 'If-None-Match': answer.headers.get('etag') ?? '' },
    })
    const id = deadLetterId('orders', 'binary')
    const unmasked = await browser.visit(`/api/dead-letters/${id}/unmask`, {
      method: 'POST',
      headers: change,
      body: JSON.stringify({ reason: 'a test of the Lambda entry, with ümlauts' }),
    })
    const raw = await browser.visit(`/api/dead-letters/${id}/body/raw`)
    const part = await browser.visit(`/api/dead-letters/${id}/body/raw`, {
      headers: { range: 'bytes=10-19' },
    })

    expect([signedIn.status, signedIn.headers.get('location')]).toEqual([302, `${consoleUrl}/topics`])
    // Cookies leave as the field of their own that function URLs want, not joined into one header.
    expect(
      client.answers.find((a) => a.statusCode === 302 && (a.cookies?.length ?? 0) > 0)?.cookies?.[0],
    ).toMatch(/^lean-ops/)
    expect(me.roles).toEqual(['admin'])
    expect([page.items.length, page.total.value, again.status]).toEqual([200, lettersCount + 1, 304])
    expect(unmasked.status).toBe(201)
    expect(raw.headers.get('content-type')).toBe('application/octet-stream')
    expect(hash(Buffer.from(await raw.arrayBuffer()))).toBe(hash(binary))
    expect([part.status, Buffer.from(await part.arrayBuffer()).toString('hex')]).toEqual([
      206,
      binary.subarray(10, 20).toString('hex'),
    ])
    // Lambda refuses answers over 6 MB.
    expect(Math.max(...client.answers.map((a) => JSON.stringify(a).length))).toBeLessThan(6_000_000)
  })

  it('refuses what the plain process refuses: no session, foreign origin, too large a body, half a UTF-8 sequence', async () => {
    const client = lambdaClient(
      await loadEntry({
        DATABASE_URL: database.url,
        OIDC_ISSUER: provider.issuer,
        OIDC_CLIENT_ID: 'lean-ops',
      }),
    )
    const browser = createBrowser(client)
    const nobody = await client.request('/api/dead-letters')
    await browser.visit(await browser.signInAtProvider('operator', provider.passwords.operator))
    const post = (init: RequestInit) => browser.visit('/api/plans', { method: 'POST', ...init })

    const foreign = await post({ headers: { ...change, Origin: 'https://evil.test' }, body: '{}' })
    const large = await post({ headers: change, body: `"${'x'.repeat(2_000_000)}"` })
    const broken = await post({ headers: change, body: Buffer.from([0x22, 0xc3, 0x22]) })

    expect([nobody.status, foreign.status, large.status, broken.status]).toEqual([401, 403, 413, 400])
    for (const answer of [nobody, foreign, large, broken])
      expect(await answer.json()).toMatchObject({
        error: { code: expect.any(String), requestId: expect.any(String) },
      })
  })
})

describe('scripts with tokens as a Cognito pool signs them', () => {
  const clientId = '4lk3cognitoclient'
  let pool: { issuer: string; close(): Promise<void>; sign(claims: Record<string, unknown>): Promise<string> }
  beforeAll(async () => {
    pool = await startPool()
  })
  afterAll(() => pool.close())

  it('takes access tokens of its own client with the roles of the groups, and refuses all others', async () => {
    const client = lambdaClient(
      await loadEntry({ DATABASE_URL: database.url, OIDC_ISSUER: pool.issuer, OIDC_CLIENT_ID: clientId }),
    )
    const ask = async (claims: Record<string, unknown>) => {
      const token = await pool.sign({ sub: 'ana-sub', client_id: clientId, token_use: 'access', ...claims })
      return client.request('/api/me', { headers: { authorization: `Bearer ${token}` } })
    }

    const operator = await ask({ 'cognito:groups': ['operator'], username: 'ana' })
    const groupless = await ask({})
    const others = await Promise.all([
      ask({ token_use: 'id', 'cognito:groups': ['admin'] }),
      ask({ client_id: 'another-app', 'cognito:groups': ['admin'] }),
      ask({ iss: 'https://another.test', 'cognito:groups': ['admin'] }),
      ask({ exp: 1, 'cognito:groups': ['admin'] }),
    ])

    expect(Me.parse(await operator.json())).toMatchObject({ id: 'ana-sub', roles: ['operator'] })
    expect(Me.parse(await groupless.json())).toMatchObject({ hasRole: false })
    expect(others.map((a) => a.status)).toEqual([401, 401, 401, 401])
  })
})

const hash = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

/** Discovery document, keys and signer of a user pool: access tokens without audience, groups in `cognito:groups`. */
async function startPool() {
  const { publicKey, privateKey } = await generateKeyPair('RS256')
  const key = { ...(await exportJWK(publicKey)), kid: 'pool-key', alg: 'RS256', use: 'sig' }
  let issuer = ''
  const server: Server = createServer((request, response) => {
    const documents: Record<string, unknown> = {
      '/pool/.well-known/openid-configuration': {
        issuer,
        authorization_endpoint: `${issuer}/oauth2/authorize`,
        token_endpoint: `${issuer}/oauth2/token`,
        jwks_uri: `${issuer}/.well-known/jwks.json`,
        userinfo_endpoint: `${issuer}/oauth2/userInfo`,
        id_token_signing_alg_values_supported: ['RS256'],
        response_types_supported: ['code', 'token'],
        scopes_supported: ['openid', 'email', 'phone', 'profile'],
        subject_types_supported: ['public'],
        token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post'],
      },
      '/pool/.well-known/jwks.json': { keys: [key] },
    }
    const document = documents[request.url ?? '']
    response.writeHead(document === undefined ? 404 : 200, { 'content-type': 'application/json' })
    response.end(JSON.stringify(document ?? {}))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  issuer = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}/pool`
  return {
    issuer,
    sign: (claims: Record<string, unknown>) =>
      new SignJWT({
        iss: issuer,
        iat: Math.floor(Date.now() / 1_000),
        exp: Math.floor(Date.now() / 1_000) + 900,
        ...claims,
      })
        .setProtectedHeader({ alg: 'RS256', kid: 'pool-key' })
        .sign(privateKey),
    close: () => new Promise<void>((resolve) => void server.close(() => resolve())),
  }
}
