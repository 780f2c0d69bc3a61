import { recordAudit } from '@lean-ops/common/control-plane/audit/record-audit'
import { sessions } from '@lean-ops/common/control-plane/schema/sessions'
import { AppError } from '@lean-ops/common/errors/app-error'
import { eq } from 'drizzle-orm'
import { z } from 'zod'
import type { AuthDeps } from './auth-deps.ts'
import type { SealedTokens } from './create-session.ts'
import type { Session } from './find-session.ts'
import type { TokenAnswer } from './oidc-client.ts'
import { profileFromClaims } from './profile-from-claims.ts'

/** While the provider is down people keep working this long with the roles they had: nights are when both break. */
const graceMs = 60 * 60_000

const Kept = z.object({ refreshToken: z.string().nullable(), idToken: z.string().nullable() })

/**
 * Renews a session's tokens and, with them, its roles. The row is locked: of two requests at once one asks the provider
 * (refresh tokens may be single-use) and the other takes its result. Undefined = the provider refused, session over.
 */
export async function refreshSession(deps: AuthDeps, stale: Session): Promise<Session | undefined> {
  return deps.db.transaction(async (tx) => {
    const [session] = await tx.select().from(sessions).where(eq(sessions.idHash, stale.idHash)).for('update')
    if (session === undefined || session.revokedAt !== null) return undefined
    if (session.tokensExpireAt?.getTime() !== stale.tokensExpireAt?.getTime()) return session
    const kept =
      session.tokens === null ? undefined : Kept.parse(JSON.parse(deps.sealer.open(session.tokens)))
    // A provider that gives no refresh tokens: the session's own limits are all there is.
    if (!kept?.refreshToken) return session
    const answer = await requestAgain(deps, session, kept.refreshToken)
    if (answer === 'later') return session
    const now = deps.now()
    if (answer === 'refused') {
      await tx
        .update(sessions)
        .set({ revokedAt: now, tokens: null })
        .where(eq(sessions.idHash, session.idHash))
      await recordAudit(tx, {
        actor: { kind: 'system', id: 'api' },
        action: 'session.revoke',
        target: { kind: 'session', id: session.publicId },
        onBehalfOf: session.subject,
        reason: 'The sign-in service refused to renew it.',
      })
      return undefined
    }
    const renewed: SealedTokens = {
      refreshToken: answer.tokens.refresh_token ?? kept.refreshToken,
      idToken: answer.tokens.id_token ?? kept.idToken,
    }
    const [updated] = await tx
      .update(sessions)
      .set({
        profile: answer.profile ?? session.profile,
        tokens: deps.sealer.seal(JSON.stringify(renewed)),
        tokensExpireAt:
          answer.tokens.expires_in === undefined
            ? null
            : new Date(now.getTime() + answer.tokens.expires_in * 1_000),
      })
      .where(eq(sessions.idHash, session.idHash))
      .returning()
    return updated
  })
}

type Renewal = { tokens: TokenAnswer; profile: Session['profile'] | undefined }

async function requestAgain(
  deps: AuthDeps,
  session: Session,
  refreshToken: string,
): Promise<Renewal | 'refused' | 'later'> {
  try {
    const tokens = await deps.oidc.requestTokens({ grant_type: 'refresh_token', refresh_token: refreshToken })
    if (tokens.id_token === undefined) return { tokens, profile: undefined }
    const claims = await deps.oidc.verify(tokens.id_token, { audience: deps.config.OIDC_CLIENT_ID })
    // A renewed token for somebody else would turn one person's session into another's.
    if (claims.sub !== session.subject) return 'refused'
    return { tokens, profile: profileFromClaims(claims, deps.config) }
  } catch (fault) {
    if (fault instanceof AppError && fault.code === 'UNAUTHENTICATED') return 'refused'
    const overdueMs = deps.now().getTime() - (session.tokensExpireAt?.getTime() ?? 0)
    if (fault instanceof AppError && fault.code === 'UNAVAILABLE' && overdueMs < graceMs) return 'later'
    throw fault
  }
}
