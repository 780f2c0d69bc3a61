import { sql } from 'drizzle-orm'
import type { DeadLetterDetail } from '../../contract/dead-letter-query.ts'
import { AppError } from '../../errors/app-error.ts'
import { explainFingerprint } from '../../fingerprint/explain-fingerprint.ts'
import type { Database } from '../connect.ts'
import type { OwnerScope } from './filter-to-sql.ts'
import { rowColumns } from './list-dead-letters.ts'

/** One message with all but its body. Attributes are clear: who may not see payloads gets them masked by the API. Throws NOT_FOUND, also outside the caller's owners. */
export async function getDeadLetter(
  db: Pick<Database, 'execute'>,
  id: string,
  owners: OwnerScope,
): Promise<DeadLetterDetail> {
  const scope = owners === '*' ? sql`` : sql`AND d.owner = ANY (${sql.param([...owners])}::text[])`
  const { rows } = await db.execute<Omit<DeadLetterDetail, 'explanation'>>(sql`
    SELECT ${rowColumns}, ${utc('d.publish_time', 'US')} AS "publishTime", ${utc('d.first_received_at')} AS "firstReceivedAt",
      d.edit_revision AS "editRevision", d.origin_arn AS "originArn", d.idempotency_key AS "idempotencyKey", d.attributes,
      d.replay_id AS "replayId", coalesce(g.parts, '[]') AS parts, coalesce(b.kind, 'missing') AS "bodyKind",
      coalesce(b.sha256, '') AS "bodySha256", d.discard_reason AS "discardReason",
      ${utc('d.restorable_until')} AS "restorableUntil", d.verify_stage AS "verifyStage", ${utc('d.verify_until')} AS "verifyUntil"
    FROM dead_letters d
    LEFT JOIN error_groups g ON g.fingerprint = d.fingerprint
    LEFT JOIN dead_letter_bodies b ON b.dead_letter_id = d.id
    WHERE d.id = ${id} ${scope}`)
  const [row] = rows
  if (!row) throw new AppError('NOT_FOUND', `There is no dead letter ${id}.`)
  return { ...row, explanation: explainFingerprint(row.parts) }
}

const utc = (column: string, fraction: 'MS' | 'US' = 'MS') =>
  sql.raw(`to_char(${column} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.${fraction}"Z"')`)
