import { recordAudit } from '@lean-ops/common/control-plane/audit/record-audit'
import { sessions } from '@lean-ops/common/control-plane/schema/sessions'
import { and, eq, isNull, lte, or } from 'drizzle-orm'
import type { AuthDeps } from './auth-deps.ts'

/** Ends a session that has run out, once, with its audit row; its tokens go at once. Nothing happens to one that was ended before. */
export async function expireSession(deps: Pick<AuthDeps, 'db'>, idHash: string, now: Date): Promise<void> {
  await deps.db.transaction(async (tx) => {
    const [ended] = await tx
      .update(sessions)
      .set({ revokedAt: now, tokens: null })
      .where(
        and(
          eq(sessions.idHash, idHash),
          isNull(sessions.revokedAt),
          or(lte(sessions.expiresAt, now), lte(sessions.idleExpiresAt, now)),
        ),
      )
      .returning({ subject: sessions.subject, publicId: sessions.publicId, expiresAt: sessions.expiresAt })
    if (ended === undefined) return
    await recordAudit(tx, {
      actor: { kind: 'system', id: 'sessions' },
      onBehalfOf: ended.subject,
      action: 'session.expire',
      target: { kind: 'session', id: ended.publicId },
      sessionId: ended.publicId,
      details: { limit: ended.expiresAt <= now ? 'absolute' : 'idle' },
    })
  })
}
