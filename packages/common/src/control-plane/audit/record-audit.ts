import { sql } from 'drizzle-orm'
import type { Database } from '../connect.ts'

/** One line of the audit: who did what to what, when, why. `details` holds ids and counts, never payload text. */
export type AuditEntry = {
  actor: { kind: 'user' | 'service' | 'system'; id: string }
  action: string
  target?: { kind: string; id: string }
  operationId?: string
  sessionId?: string
  onBehalfOf?: string
  requestId?: string
  outcome?: 'done' | 'denied' | 'failed'
  reason?: string
  details?: Record<string, unknown>
}

/** Appends to the hash-chained audit. Call it late in the transaction of the action itself: writers queue for the chain until commit. */
export async function recordAudit(tx: Pick<Database, 'execute'>, entry: AuditEntry): Promise<void> {
  await tx.execute(sql`
    INSERT INTO audit_log (at, actor_kind, actor_id, session_id, on_behalf_of, action, target_kind, target_id, operation_id, request_id,
      outcome, reason, details)
    VALUES (clock_timestamp(), ${entry.actor.kind}, ${entry.actor.id}, ${entry.sessionId ?? null}, ${entry.onBehalfOf ?? null},
      ${entry.action}, ${entry.target?.kind ?? null}, ${entry.target?.id ?? null}, ${entry.operationId ?? null},
      ${entry.requestId ?? null}, ${entry.outcome ?? 'done'}, ${entry.reason ?? null}, ${JSON.stringify(entry.details ?? {})}::jsonb)`)
}
