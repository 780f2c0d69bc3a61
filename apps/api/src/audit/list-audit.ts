import type { AuditPage, AuditQuery } from '@lean-ops/common/contract/audit'
import type { Database } from '@lean-ops/common/control-plane/connect'
import { auditLog } from '@lean-ops/common/control-plane/schema/audit-log'
import { and, desc, eq, gte, like, lt, or } from 'drizzle-orm'
import { z } from 'zod'

const Details = z.record(z.string(), z.unknown())

/** The newest audit rows that match, by descending sequence. `onlyActor` narrows to one person's own deeds. */
export async function listAudit(
  db: Pick<Database, 'select'>,
  query: AuditQuery,
  onlyActor: string | null,
): Promise<AuditPage> {
  const { action } = query
  const rows = await db
    .select()
    .from(auditLog)
    .where(
      and(
        onlyActor === null ? undefined : eq(auditLog.actorId, onlyActor),
        query.actor === undefined ? undefined : eq(auditLog.actorId, query.actor),
        // An underscore is a wildcard to LIKE; in an action it is a letter.
        action === undefined
          ? undefined
          : or(eq(auditLog.action, action), like(auditLog.action, `${action.replaceAll('_', '\\_')}.%`)),
        query.from === undefined ? undefined : gte(auditLog.at, new Date(query.from)),
        query.to === undefined ? undefined : lt(auditLog.at, new Date(query.to)),
        query.targetKind === undefined ? undefined : eq(auditLog.targetKind, query.targetKind),
        query.targetId === undefined ? undefined : eq(auditLog.targetId, query.targetId),
        query.operationId === undefined ? undefined : eq(auditLog.operationId, query.operationId),
        query.outcome === undefined ? undefined : eq(auditLog.outcome, query.outcome),
        query.before === undefined ? undefined : lt(auditLog.seq, query.before),
      ),
    )
    .orderBy(desc(auditLog.seq))
    .limit(query.limit + 1)
  const shown = rows.slice(0, query.limit)
  return {
    rows: shown.map((row) => ({
      seq: row.seq,
      at: row.at.toISOString(),
      actor: { kind: row.actorKind, id: row.actorId },
      sessionId: row.sessionId,
      onBehalfOf: row.onBehalfOf,
      action: row.action,
      target:
        row.targetKind === null || row.targetId === null ? null : { kind: row.targetKind, id: row.targetId },
      operationId: row.operationId,
      requestId: row.requestId,
      outcome: row.outcome,
      reason: row.reason,
      details: Details.parse(row.details),
      hash: row.hash,
    })),
    next: rows.length > query.limit ? (shown.at(-1)?.seq ?? null) : null,
  }
}
