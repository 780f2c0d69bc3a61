import { z } from 'zod'
import { ApiRefusal } from './api-refusal.ts'
import { type Credentials, loadCredentials, saveCredentials } from './credentials.ts'

const Tokens = z.object({
  access_token: z.string(),
  refresh_token: z.string().optional(),
  expires_in: z.number().default(900),
})

/** A token this close to its end is renewed before it is used. */
const renewMs = 30_000

/** The token to send: LEAN_OPS_TOKEN for scripts, else the saved sign-in, renewed when it runs out. */
export async function currentToken(env: NodeJS.ProcessEnv, url: string): Promise<string | undefined> {
  if (env.LEAN_OPS_TOKEN) return env.LEAN_OPS_TOKEN
  const saved = await loadCredentials(env, url)
  if (!saved) return undefined
  if (saved.expiresAt - renewMs > Date.now() || saved.refreshToken === undefined) return saved.accessToken
  const tokens = await requestTokens(saved.tokenEndpoint, {
    grant_type: 'refresh_token',
    client_id: saved.clientId,
    refresh_token: saved.refreshToken,
  })
  const renewed = toCredentials(tokens, saved.tokenEndpoint, saved.clientId, saved.refreshToken)
  await saveCredentials(env, url, renewed)
  return renewed.accessToken
}

/** What the token endpoint answered, as it is kept. */
export const toCredentials = (
  tokens: z.infer<typeof Tokens>,
  tokenEndpoint: string,
  clientId: string,
  oldRefresh?: string,
): Credentials => {
  const refreshToken = tokens.refresh_token ?? oldRefresh
  return {
    tokenEndpoint,
    clientId,
    accessToken: tokens.access_token,
    ...(refreshToken === undefined ? {} : { refreshToken }),
    expiresAt: Date.now() + tokens.expires_in * 1_000,
  }
}

/** Asks the token endpoint. Throws ApiRefusal (401) when the grant is over. */
export async function requestTokens(
  endpoint: string,
  form: Record<string, string>,
): Promise<z.infer<typeof Tokens>> {
  const response = await fetch(endpoint, { method: 'POST', body: new URLSearchParams(form) })
  if (!response.ok)
    throw new ApiRefusal(
      401,
      'UNAUTHENTICATED',
      'The sign-in is over: run `npm run ops -- login` again.',
      undefined,
      undefined,
    )
  return Tokens.parse(await response.json())
}
