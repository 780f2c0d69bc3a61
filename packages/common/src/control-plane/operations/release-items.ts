import { type SQL, sql } from 'drizzle-orm'

/**
 * A statement that gives claimed items back unsent (the queue could not be reached, a person paused): pending again, their dead letters open again.
 * They keep their send count: if one did go out after all, its second send carries the same replay id and counts as resent.
 * Part of a transaction under the lease; `version` as in `claimItems`.
 */
export const releaseItems = (
  lease: { operationId: string; token: number; version: SQL },
  deadLetterIds: readonly string[],
): SQL => sql`
    WITH items AS (
      UPDATE operation_items SET state = 'pending'
      WHERE operation_id = ${lease.operationId} AND state = 'sending' AND fencing_token = ${lease.token}
        AND dead_letter_id = ANY (${sql.param([...deadLetterIds])}::text[])
      RETURNING dead_letter_id)
    UPDATE dead_letters d SET status = 'open', operation_id = NULL, verify_stage = NULL, verify_until = NULL, changed_seq = ${lease.version}
    FROM items i WHERE d.id = i.dead_letter_id AND d.operation_id = ${lease.operationId} AND d.status IN ('in_operation', 'verifying')`
