import { loginStates } from '@lean-ops/common/control-plane/schema/login-states'
import { AppError } from '@lean-ops/common/errors/app-error'
import { and, eq, gt } from 'drizzle-orm'
import type { AuthDeps } from './auth-deps.ts'
import { createSession } from './create-session.ts'
import { hashSecret } from './hash-secret.ts'
import { redirectUri } from './start-login.ts'

type Callback = {
  code: string
  state: string
  /** Value of the login cookie of the browser that came back. */
  browser: string | undefined
  userAgent: string | undefined
  requestId: string
}

/**
 * Finishes a sign-in: takes the stored state (once), exchanges the code, verifies the id token and opens a session.
 * Throws UNAUTHENTICATED for anything that does not fit together.
 */
export async function completeLogin(
  deps: AuthDeps,
  callback: Callback,
): Promise<{ cookie: string; returnTo: string; maxAgeSeconds: number }> {
  const refused = (cause?: unknown) =>
    new AppError('UNAUTHENTICATED', 'This sign-in is not valid any more. Sign in again.', { cause })
  if (callback.browser === undefined) throw refused()
  // Deleting is taking: the same callback cannot be used twice, whoever is first.
  const [login] = await deps.db
    .delete(loginStates)
    .where(
      and(
        eq(loginStates.stateHash, hashSecret(callback.state)),
        eq(loginStates.browserHash, hashSecret(callback.browser)),
        gt(loginStates.expiresAt, deps.now()),
      ),
    )
    .returning()
  if (login === undefined) throw refused()
  const tokens = await deps.oidc.requestTokens({
    grant_type: 'authorization_code',
    code: callback.code,
    redirect_uri: redirectUri(deps.config.CONSOLE_URL),
    code_verifier: deps.sealer.open(Buffer.from(login.codeVerifier, 'base64')),
  })
  if (tokens.id_token === undefined) throw refused()
  const claims = await deps.oidc.verify(tokens.id_token, { audience: deps.config.OIDC_CLIENT_ID })
  if (claims.nonce !== login.nonce) throw refused()
  const session = await createSession(deps, tokens, claims, callback)
  return { ...session, returnTo: login.returnTo }
}
