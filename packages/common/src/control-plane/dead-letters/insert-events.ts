import { sql } from 'drizzle-orm'
import type { Database } from '../connect.ts'
import { toJsonParameter } from '../to-json-parameter.ts'
import type { DescribedFailure } from './describe-failure.ts'

/** The history: one row per failure that was ever reported. */
export async function insertEvents(
  tx: Pick<Database, 'execute'>,
  events: readonly DescribedFailure[],
): Promise<void> {
  const rows = toJsonParameter(
    events.map(({ id, eventId, fingerprint, errorMessage, report }) => ({
      id: eventId,
      dead_letter_id: id,
      attempt: report.attempt,
      stage: report.stage,
      code: report.code,
      fingerprint,
      error_message: errorMessage,
      occurred_at: report.occurredAt,
      source: report.source,
      replay_id: report.replayId,
      edit_revision: report.editRevision,
      archive_bucket: report.archive?.bucket ?? null,
      archive_key: report.archive?.key ?? null,
      archive_offset: report.archive?.offset ?? null,
      archive_length: report.archive?.length ?? null,
    })),
  )
  await tx.execute(sql`
    INSERT INTO dead_letter_events (id, dead_letter_id, attempt, stage, code, fingerprint, error_message, occurred_at, source,
      replay_id, edit_revision, archive_bucket, archive_key, archive_offset, archive_length)
    SELECT * FROM jsonb_to_recordset(${rows}::jsonb) AS g (id text, dead_letter_id text, attempt int, stage text, code text,
      fingerprint text, error_message text, occurred_at timestamptz, source text, replay_id text, edit_revision int,
      archive_bucket text, archive_key text, archive_offset bigint, archive_length int)`)
}
