import { sql } from 'drizzle-orm'
import type { DeadLetterEvent } from '../../contract/dead-letter-query.ts'
import type { Database } from '../connect.ts'

const eventsMax = 500

/** Everything that happened to one message, newest first: its failures, and what operations did with it and for whom. */
export async function listDeadLetterEvents(
  db: Pick<Database, 'execute'>,
  deadLetterId: string,
): Promise<DeadLetterEvent[]> {
  const { rows } = await db.execute<DeadLetterEvent>(sql`
    SELECT id, to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS at, what, attempt, stage, code,
      error_message AS "errorMessage", by, operation_id AS "operationId"
    FROM (
      SELECT e.id, e.occurred_at AS at, 'failed' AS what, e.attempt, e.stage, e.code, e.error_message, NULL AS by,
        NULL AS operation_id
      FROM dead_letter_events e WHERE e.dead_letter_id = ${deadLetterId}
      UNION ALL
      SELECT i.operation_id || ':sent', i.sent_at, 'sent', coalesce(i.attempt, 0), coalesce(i.verify_stage, ''), '', '',
        coalesce(o.actor ->> 'name', o.actor ->> 'id'), i.operation_id::text
      FROM operation_items i JOIN operations o ON o.id = i.operation_id
      WHERE i.dead_letter_id = ${deadLetterId} AND i.sent_at IS NOT NULL
      UNION ALL
      SELECT i.operation_id || ':settled', i.settled_at, CASE i.outcome WHEN 'failed' THEN 'not_sent' ELSE i.outcome END,
        coalesce(i.attempt, 0), coalesce(i.verify_stage, ''), coalesce(i.reason, ''), coalesce(i.detail, ''),
        coalesce(o.actor ->> 'name', o.actor ->> 'id'), i.operation_id::text
      FROM operation_items i JOIN operations o ON o.id = i.operation_id
      WHERE i.dead_letter_id = ${deadLetterId} AND i.state = 'done'
    ) AS history
    ORDER BY at DESC, id LIMIT ${eventsMax}`)
  return rows
}
