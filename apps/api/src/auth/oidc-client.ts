import { AppError } from '@lean-ops/common/errors/app-error'
import {
  createRemoteJWKSet,
  customFetch,
  errors,
  type JWTPayload,
  type JWTVerifyOptions,
  jwtVerify,
} from 'jose'
import { z } from 'zod'

const Discovery = z.object({
  issuer: z.string(),
  authorization_endpoint: z.url(),
  token_endpoint: z.url(),
  jwks_uri: z.url(),
  end_session_endpoint: z.url().optional(),
})
export type Discovery = z.infer<typeof Discovery>

const TokenAnswer = z.object({
  access_token: z.string(),
  id_token: z.string().optional(),
  refresh_token: z.string().optional(),
  expires_in: z.number().positive().optional(),
})
export type TokenAnswer = z.infer<typeof TokenAnswer>

export type OidcClient = {
  /** Fetched once and kept; a failure is tried again by the next caller. */
  discover(): Promise<Discovery>
  /** Throws UNAUTHENTICATED when the provider refuses the grant, UNAVAILABLE when it does not answer. */
  requestTokens(form: Record<string, string>): Promise<TokenAnswer>
  /** Claims of a token signed by the provider. Throws UNAUTHENTICATED. */
  verify(token: string, expected: { audience?: string; tokenType?: string }): Promise<JWTPayload>
}

type Options = {
  issuer: string
  clientId: string
  clientSecret?: string | undefined
  fetch: typeof fetch
  now: () => Date
}

const timeoutMs = 5_000
/** Asymmetric only: with HS256 the public key, or a client secret, would be enough to make tokens. */
const algorithms = ['RS256', 'RS384', 'RS512', 'PS256', 'ES256', 'ES384', 'EdDSA']

/** A provider known by its issuer alone: endpoints and keys come from its discovery document. */
export function createOidcClient(options: Options): OidcClient {
  let known: Promise<{ discovery: Discovery; keys: ReturnType<typeof createRemoteJWKSet> }> | undefined
  const load = () => {
    known ??= discover(options).catch((cause) => {
      known = undefined
      throw cause
    })
    return known
  }
  return {
    discover: async () => (await load()).discovery,
    async requestTokens(form) {
      const { discovery } = await load()
      return requestTokens(options, discovery.token_endpoint, form)
    },
    async verify(token, expected) {
      const { discovery, keys } = await load()
      const checks: JWTVerifyOptions = {
        issuer: discovery.issuer,
        algorithms,
        clockTolerance: 30,
        currentDate: options.now(),
        requiredClaims: ['sub', 'exp'],
        ...(expected.audience === undefined ? {} : { audience: expected.audience }),
        ...(expected.tokenType === undefined ? {} : { typ: expected.tokenType }),
      }
      try {
        return (await jwtVerify(token, keys, checks)).payload
      } catch (cause) {
        // Keys that cannot be fetched are the provider's trouble, not the caller's.
        if (cause instanceof errors.JWKSTimeout || !(cause instanceof errors.JOSEError))
          throw new AppError('UNAVAILABLE', 'The sign-in service does not answer.', { cause })
        throw new AppError('UNAUTHENTICATED', 'The token is not valid here.', { cause })
      }
    },
  }
}

async function discover(options: Options) {
  const url = `${options.issuer}/.well-known/openid-configuration`
  const body = await call(options, url, { headers: { accept: 'application/json' } })
  const discovery = Discovery.safeParse(body.json)
  // A document for another issuer would let its keys sign for this one (OpenID Connect Discovery 4.3).
  if (!body.isOk || !discovery.success || discovery.data.issuer.replace(/\/$/, '') !== options.issuer)
    throw new AppError('UNAVAILABLE', 'The sign-in service gives no usable discovery document.', {
      context: { url },
    })
  const keys = createRemoteJWKSet(new URL(discovery.data.jwks_uri), {
    timeoutDuration: timeoutMs,
    [customFetch]: options.fetch,
  })
  return { discovery: discovery.data, keys }
}

async function requestTokens(
  options: Options,
  endpoint: string,
  form: Record<string, string>,
): Promise<TokenAnswer> {
  const headers: Record<string, string> = {
    accept: 'application/json',
    'content-type': 'application/x-www-form-urlencoded',
  }
  if (options.clientSecret !== undefined) {
    const pair = `${encodeURIComponent(options.clientId)}:${encodeURIComponent(options.clientSecret)}`
    headers.authorization = `Basic ${Buffer.from(pair).toString('base64')}`
  }
  const body = new URLSearchParams({ ...form, client_id: options.clientId })
  const answer = await call(options, endpoint, { method: 'POST', headers, body })
  if (answer.isOk) {
    const tokens = TokenAnswer.safeParse(answer.json)
    if (tokens.success) return tokens.data
    throw new AppError('UNAVAILABLE', 'The sign-in service gave an answer without tokens.')
  }
  const reason = z.object({ error: z.string() }).safeParse(answer.json)
  if (answer.status >= 500 || !reason.success)
    throw new AppError('UNAVAILABLE', 'The sign-in service does not answer.', {
      context: { status: answer.status },
    })
  throw new AppError('UNAUTHENTICATED', 'The sign-in service refused. Sign in again.', {
    context: { reason: reason.data.error },
  })
}

async function call(options: Options, url: string, init: RequestInit) {
  try {
    const answer = await options.fetch(url, {
      ...init,
      redirect: 'error',
      signal: AbortSignal.timeout(timeoutMs),
    })
    const json: unknown = await answer.json().catch(() => null)
    return { isOk: answer.ok, status: answer.status, json }
  } catch (cause) {
    throw new AppError('UNAVAILABLE', 'The sign-in service does not answer.', { cause })
  }
}
