import { recordAudit } from '@lean-ops/common/control-plane/audit/record-audit'
import { sessions } from '@lean-ops/common/control-plane/schema/sessions'
import { AppError } from '@lean-ops/common/errors/app-error'
import { lt } from 'drizzle-orm'
import type { JWTPayload } from 'jose'
import type { AuthDeps } from './auth-deps.ts'
import { hashSecret } from './hash-secret.ts'
import type { TokenAnswer } from './oidc-client.ts'
import { profileFromClaims } from './profile-from-claims.ts'

/** What is kept of the provider's answer, sealed. */
export type SealedTokens = { refreshToken: string | null; idToken: string | null }

const userAgentLengthMax = 200

/** Opens a session and returns the cookie's value, which is stored nowhere. Also audits the sign-in. */
export async function createSession(
  deps: AuthDeps,
  tokens: TokenAnswer,
  claims: JWTPayload,
  client: { userAgent: string | undefined; requestId: string },
): Promise<{ cookie: string; maxAgeSeconds: number }> {
  if (claims.sub === undefined) throw new AppError('UNAUTHENTICATED', 'The sign-in names nobody.')
  const subject = claims.sub
  const cookie = deps.random(32).toString('base64url')
  const publicId = deps.random(9).toString('base64url')
  const now = deps.now()
  const after = (minutes: number) => new Date(now.getTime() + minutes * 60_000)
  const maxAgeSeconds = deps.config.SESSION_HOURS * 3_600
  const kept: SealedTokens = { refreshToken: tokens.refresh_token ?? null, idToken: tokens.id_token ?? null }
  const profile = profileFromClaims(claims, deps.config)
  await deps.db.transaction(async (tx) => {
    await tx.delete(sessions).where(lt(sessions.expiresAt, now))
    await tx.insert(sessions).values({
      idHash: hashSecret(cookie),
      publicId,
      subject,
      profile,
      tokens: deps.sealer.seal(JSON.stringify(kept)),
      tokensExpireAt: tokens.expires_in === undefined ? null : after(tokens.expires_in / 60),
      createdAt: now,
      lastSeenAt: now,
      idleExpiresAt: after(deps.config.SESSION_IDLE_MINUTES),
      expiresAt: after(deps.config.SESSION_HOURS * 60),
      client:
        client.userAgent === undefined ? {} : { userAgent: client.userAgent.slice(0, userAgentLengthMax) },
    })
    await recordAudit(tx, {
      actor: { kind: 'user', id: subject },
      action: 'session.create',
      target: { kind: 'session', id: publicId },
      sessionId: publicId,
      requestId: client.requestId,
      details: { roles: profile.grants },
    })
  })
  return { cookie, maxAgeSeconds }
}
