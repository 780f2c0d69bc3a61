import { isAllowed } from '@lean-ops/common/contract/permissions'
import { recordAudit } from '@lean-ops/common/control-plane/audit/record-audit'
import type { Database } from '@lean-ops/common/control-plane/connect'
import { sessions } from '@lean-ops/common/control-plane/schema/sessions'
import { AppError } from '@lean-ops/common/errors/app-error'
import { and, eq, isNull } from 'drizzle-orm'
import type { Actor } from '../app-env.ts'

/** Ends a session: one's own, or as administrator anyone's. Throws NOT_FOUND, also for other people's sessions. */
export async function revokeSession(
  db: Database,
  actor: Actor,
  publicId: string,
  at: { now: Date; requestId: string },
): Promise<void> {
  await db.transaction(async (tx) => {
    const [session] = await tx
      .select()
      .from(sessions)
      .where(and(eq(sessions.publicId, publicId), isNull(sessions.revokedAt)))
      .for('update')
    if (session === undefined || (session.subject !== actor.id && !isAllowed(actor.grants, 'admin')))
      throw new AppError('NOT_FOUND', 'There is no such live session.')
    await tx
      .update(sessions)
      .set({ revokedAt: at.now, tokens: null })
      .where(eq(sessions.idHash, session.idHash))
    await recordAudit(tx, {
      actor: { kind: actor.kind, id: actor.id },
      action: 'session.revoke',
      target: { kind: 'session', id: publicId },
      requestId: at.requestId,
      ...(actor.sessionId === null ? {} : { sessionId: actor.sessionId }),
      ...(session.subject === actor.id ? {} : { onBehalfOf: session.subject }),
    })
  })
}
