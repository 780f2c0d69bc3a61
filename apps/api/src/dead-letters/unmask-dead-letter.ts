import { settingSchemas } from '@lean-ops/common/contract/settings'
import { recordAudit } from '@lean-ops/common/control-plane/audit/record-audit'
import type { Database } from '@lean-ops/common/control-plane/connect'
import { auditLog } from '@lean-ops/common/control-plane/schema/audit-log'
import { settings } from '@lean-ops/common/control-plane/schema/settings'
import { unmaskGrants } from '@lean-ops/common/control-plane/schema/unmask-grants'
import { AppError } from '@lean-ops/common/errors/app-error'
import { and, count, eq, gt, lt, sql } from 'drizzle-orm'
import type { Actor } from '../app-env.ts'

const unmaskMs = 15 * 60_000
const hourMs = 60 * 60_000
const action = 'payload.unmask'

/**
 * Lets one person see one message in clear text for 15 minutes, and audits who and why before anything is shown. Throws
 * RATE_LIMITED beyond the hourly number that administrators set: many unmasks are an export without its name.
 */
export async function unmaskDeadLetter(
  db: Database,
  actor: Actor,
  request: { id: string; topic: string; reason: string; now: Date; requestId: string },
): Promise<{ expiresAt: string }> {
  const { id, now, reason } = request
  return db.transaction(async (tx) => {
    // One person's unmasks take turns, so that a burst cannot slip past the count.
    await tx.execute(sql`SELECT pg_advisory_xact_lock(hashtext(${`unmask ${actor.id}`}))`)
    const [recent] = await tx
      .select({ n: count() })
      .from(auditLog)
      .where(
        and(
          eq(auditLog.actorId, actor.id),
          eq(auditLog.action, action),
          gt(auditLog.at, sql`clock_timestamp() - make_interval(secs => ${hourMs / 1_000})`),
        ),
      )
    const max = await readHourlyMax(tx)
    if ((recent?.n ?? 0) >= max)
      throw new AppError(
        'RATE_LIMITED',
        `You have unmasked ${max} messages within an hour; that is the limit.`,
        {
          context: { retryAfterSeconds: hourMs / 1_000, reason: 'UNMASK_VOLUME' },
        },
      )
    const expiresAt = new Date(now.getTime() + unmaskMs)
    const grant = { reason, grantedAt: now, expiresAt }
    await tx.delete(unmaskGrants).where(lt(unmaskGrants.expiresAt, now))
    await tx
      .insert(unmaskGrants)
      .values({ actor: actor.id, deadLetterId: id, ...grant })
      .onConflictDoUpdate({ target: [unmaskGrants.actor, unmaskGrants.deadLetterId], set: grant })
    await recordAudit(tx, {
      actor: { kind: actor.kind, id: actor.id },
      action,
      target: { kind: 'dead-letter', id },
      requestId: request.requestId,
      reason,
      details: { topic: request.topic, until: expiresAt.toISOString() },
      ...(actor.sessionId === null ? {} : { sessionId: actor.sessionId }),
    })
    return { expiresAt: expiresAt.toISOString() }
  })
}

async function readHourlyMax(tx: Pick<Database, 'select'>): Promise<number> {
  const [row] = await tx.select().from(settings).where(eq(settings.key, 'unmaskPerHourMax'))
  const parsed = settingSchemas.unmaskPerHourMax.safeParse(row?.value)
  return parsed.success ? parsed.data : settingSchemas.unmaskPerHourMax.parse(undefined)
}
