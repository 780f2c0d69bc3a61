import { createHash, randomBytes } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { ApiRefusal } from '@lean-ops/common/api-client/api-refusal'
import { saveCredentials } from '@lean-ops/common/api-client/credentials'
import { requestTokens, toCredentials } from '@lean-ops/common/api-client/current-token'
import { z } from 'zod'

const CliConfig = z.object({ issuer: z.url(), clientId: z.string(), scopes: z.string() })
const Discovery = z.object({ authorization_endpoint: z.url(), token_endpoint: z.url() })
const waitMs = 5 * 60_000

/** Signs in with the browser: code flow with PKCE, answered on a loopback port of our own (RFC 8252). `show` gets the address to open. */
export async function signIn(
  env: NodeJS.ProcessEnv,
  url: string,
  show: (address: string) => void,
): Promise<void> {
  const config = CliConfig.parse(await fetchJson(new URL('/auth/cli', url)))
  const discovery = Discovery.parse(
    await fetchJson(new URL(`${config.issuer}/.well-known/openid-configuration`)),
  )
  const verifier = randomBytes(32).toString('base64url')
  const state = randomBytes(16).toString('base64url')
  const { redirectUri, code } = await listenForCode(state)
  const address = new URL(discovery.authorization_endpoint)
  for (const [name, value] of Object.entries({
    response_type: 'code',
    client_id: config.clientId,
    redirect_uri: redirectUri,
    scope: config.scopes,
    state,
    prompt: 'consent',
    code_challenge_method: 'S256',
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
  }))
    address.searchParams.set(name, value)
  show(address.href)
  const tokens = await requestTokens(discovery.token_endpoint, {
    grant_type: 'authorization_code',
    client_id: config.clientId,
    redirect_uri: redirectUri,
    code: await code,
    code_verifier: verifier,
  })
  await saveCredentials(env, url, toCredentials(tokens, discovery.token_endpoint, config.clientId))
}

async function listenForCode(state: string): Promise<{ redirectUri: string; code: Promise<string> }> {
  const { promise, resolve, reject } = Promise.withResolvers<string>()
  const server = createServer((request, response) => {
    const query = new URL(request.url ?? '/', 'http://127.0.0.1').searchParams
    const code = query.get('code')
    const isOurs = query.get('state') === state && code !== null
    response.writeHead(isOurs ? 200 : 400, {
      'Content-Type': 'text/html; charset=utf-8',
      Connection: 'close',
    })
    response.end(
      isOurs
        ? '<p>Signed in. Go on in the terminal; this window can be closed.</p>'
        : '<p>That sign-in was not ours. Try again in the terminal.</p>',
    )
    if (isOurs) resolve(code)
    else if (query.has('error'))
      reject(
        new ApiRefusal(
          401,
          'UNAUTHENTICATED',
          `The sign-in service answered: ${query.get('error')}`,
          undefined,
          undefined,
        ),
      )
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const timer = setTimeout(
    () =>
      reject(
        new ApiRefusal(401, 'UNAUTHENTICATED', 'Nobody signed in within five minutes.', undefined, undefined),
      ),
    waitMs,
  )
  const code = promise.finally(() => {
    clearTimeout(timer)
    server.close()
  })
  const { port } = server.address() as AddressInfo
  return { redirectUri: `http://127.0.0.1:${port}/callback`, code }
}

async function fetchJson(url: URL): Promise<unknown> {
  const response = await fetch(url).catch((error: unknown) => {
    throw new ApiRefusal(
      0,
      'UNREACHABLE',
      `Nothing answers at ${url.origin}.`,
      { cause: String(error) },
      undefined,
    )
  })
  if (!response.ok)
    throw new ApiRefusal(
      response.status,
      'UNKNOWN',
      `${url.pathname} answered HTTP ${response.status}.`,
      undefined,
      undefined,
    )
  return response.json()
}
