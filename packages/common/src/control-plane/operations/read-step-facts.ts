import { type SQL, sql } from 'drizzle-orm'
import type {
  OperationCause,
  OperationCounts,
  OperationStage,
  OperationState,
} from '../../contract/operation.ts'
import type { Database } from '../connect.ts'
import type { Answer } from '../in-one-flight.ts'

export type OperationFacts = {
  state: OperationState
  stage: OperationStage
  rate: number
  canarySize: number
  returnRateMax: number
  counts: OperationCounts
  blockedPending: number
  blockedCause: Extract<OperationCause, 'breaker' | 'topic_paused'> | undefined
  isHeld: boolean
  /** Live operations that are sending now, this one included: they share the global rate. */
  sendingOperations: number
}

/** Everything a step is decided on, in one query; undefined when the lease is lost or the operation has ended. */
export async function readStepFacts(
  db: Database,
  operationId: string,
  token: number,
): Promise<OperationFacts | undefined> {
  return toStepFacts(await db.execute(selectStepFacts(operationId, token)))
}

/** That query, for a transaction that asks it with others. */
export const selectStepFacts = (operationId: string, token: number): SQL => sql`
    SELECT o.state, o.stage, o.rate, o.canary_size, o.return_rate_max, o.total, o.pending, o.sending, o.verifying, o.resolved,
      o.returned, o.unverified, o.skipped, o.failed, o.cancelled, o.resent,
      (SELECT is_held AND (until IS NULL OR until > now()) FROM hold) AS is_held,
      (SELECT count(*)::int FROM operations WHERE finished_at IS NULL AND state = 'running') AS sending_operations,
      coalesce(b.blocked, 0)::int AS blocked_pending, b.cause AS blocked_cause
    FROM operations o
    LEFT JOIN LATERAL (
      SELECT count(*) AS blocked, min(t.cause) AS cause FROM operation_items i JOIN blocked_topics t USING (topic)
      WHERE i.operation_id = o.id AND i.state = 'pending' AND t.topic = ANY (o.topics)
    ) AS b ON EXISTS (SELECT 1 FROM blocked_topics WHERE topic = ANY (o.topics))
    WHERE o.id = ${operationId} AND o.fencing_token = ${token} AND o.finished_at IS NULL`

/** What it answers; undefined when the lease is lost or the operation has ended. */
export function toStepFacts({ rows }: Pick<Answer, 'rows'>): OperationFacts | undefined {
  const row = rows[0] as Row | undefined
  if (!row) return undefined
  const {
    state,
    stage,
    rate,
    canary_size,
    return_rate_max,
    is_held,
    sending_operations,
    blocked_pending,
    blocked_cause,
  } = row
  return {
    state,
    stage,
    rate,
    canarySize: canary_size,
    returnRateMax: return_rate_max,
    counts: operationCounts(row),
    blockedPending: blocked_pending,
    blockedCause: blocked_cause ?? undefined,
    isHeld: is_held,
    sendingOperations: sending_operations,
  }
}

/** The counter columns of an `operations` row. */
export const operationCounts = (row: OperationCounts): OperationCounts => ({
  total: row.total,
  pending: row.pending,
  sending: row.sending,
  verifying: row.verifying,
  resolved: row.resolved,
  returned: row.returned,
  unverified: row.unverified,
  skipped: row.skipped,
  failed: row.failed,
  cancelled: row.cancelled,
  resent: row.resent,
})

type Row = OperationCounts & {
  state: OperationState
  stage: OperationStage
  rate: number
  canary_size: number
  return_rate_max: number
  is_held: boolean
  sending_operations: number
  blocked_pending: number
  blocked_cause: 'breaker' | 'topic_paused' | null
}
