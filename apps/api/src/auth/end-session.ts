import { recordAudit } from '@lean-ops/common/control-plane/audit/record-audit'
import { sessions } from '@lean-ops/common/control-plane/schema/sessions'
import { and, eq, isNull } from 'drizzle-orm'
import type { AuthDeps } from './auth-deps.ts'
import { hashSecret } from './hash-secret.ts'

/**
 * Ends the session of a cookie and returns where the browser goes to sign out at the provider too. Works for a session
 * that is already over: signing out never fails.
 */
export async function endSession(
  deps: AuthDeps,
  cookie: string | undefined,
  requestId: string,
): Promise<string> {
  const landing = `${deps.config.CONSOLE_URL}/auth/signed-out`
  const idToken = cookie === undefined ? null : await revoke(deps, cookie, requestId)
  const discovery = await deps.oidc.discover().catch(() => undefined)
  if (discovery?.end_session_endpoint === undefined) return landing
  const url = new URL(discovery.end_session_endpoint)
  url.searchParams.set('client_id', deps.config.OIDC_CLIENT_ID)
  url.searchParams.set('post_logout_redirect_uri', landing)
  // Cognito's name for the same thing; others ignore it.
  url.searchParams.set('logout_uri', landing)
  if (idToken !== null) url.searchParams.set('id_token_hint', idToken)
  return url.href
}

async function revoke(deps: AuthDeps, cookie: string, requestId: string): Promise<string | null> {
  return deps.db.transaction(async (tx) => {
    const [session] = await tx
      .select()
      .from(sessions)
      .where(and(eq(sessions.idHash, hashSecret(cookie)), isNull(sessions.revokedAt)))
      .for('update')
    if (session === undefined) return null
    await tx
      .update(sessions)
      .set({ revokedAt: deps.now(), tokens: null })
      .where(eq(sessions.idHash, session.idHash))
    await recordAudit(tx, {
      actor: { kind: 'user', id: session.subject },
      action: 'session.end',
      target: { kind: 'session', id: session.publicId },
      sessionId: session.publicId,
      requestId,
    })
    if (session.tokens === null) return null
    const kept: { idToken: string | null } = JSON.parse(deps.sealer.open(session.tokens))
    return kept.idToken
  })
}
