import { createHash } from 'node:crypto'
import { loginStates } from '@lean-ops/common/control-plane/schema/login-states'
import { lt } from 'drizzle-orm'
import type { AuthDeps } from './auth-deps.ts'
import { hashSecret } from './hash-secret.ts'
import { safeReturnTo } from './safe-return-to.ts'

/** Time to type a password and a second factor. */
export const loginSeconds = 600

export const redirectUri = (consoleUrl: string): string => `${consoleUrl}/auth/callback`

/**
 * Begins a sign-in: stores what the callback must match and returns the provider's address, and the value that binds
 * this sign-in to the browser that began it.
 */
export async function startLogin(
  deps: AuthDeps,
  returnTo: string | undefined,
): Promise<{ location: string; browser: string }> {
  const { authorization_endpoint: endpoint } = await deps.oidc.discover()
  const secret = () => deps.random(32).toString('base64url')
  const [state, browser, nonce, verifier] = [secret(), secret(), secret(), secret()]
  const now = deps.now()
  await deps.db.delete(loginStates).where(lt(loginStates.expiresAt, now))
  await deps.db.insert(loginStates).values({
    stateHash: hashSecret(state),
    browserHash: hashSecret(browser),
    nonce,
    codeVerifier: deps.sealer.seal(verifier).toString('base64'),
    returnTo: safeReturnTo(returnTo, deps.config.CONSOLE_URL),
    expiresAt: new Date(now.getTime() + loginSeconds * 1_000),
  })
  const location = new URL(endpoint)
  for (const [name, value] of Object.entries({
    response_type: 'code',
    client_id: deps.config.OIDC_CLIENT_ID,
    redirect_uri: redirectUri(deps.config.CONSOLE_URL),
    scope: deps.config.OIDC_SCOPES,
    state,
    nonce,
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
  }))
    location.searchParams.set(name, value)
  return { location: location.href, browser }
}
