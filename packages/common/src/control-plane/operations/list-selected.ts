import { sql } from 'drizzle-orm'
import type { FailureStage } from '../../contract/failure-code.ts'
import type { LetterSelection } from '../../contract/plan.ts'
import type { TypedAttributes } from '../../messages/message-attributes.ts'
import type { Database } from '../connect.ts'
import type { OwnerScope } from '../dead-letters/filter-to-sql.ts'
import type { BodyPlace } from './claim-items.ts'
import { selectionToSql } from './selection-to-sql.ts'

/** A selected dead letter, read only: for checks and exports. */
export type SelectedLetter = {
  id: string
  sequence: number
  topic: string
  owner: string
  messageId: string
  status: string
  stage: FailureStage
  code: string
  fingerprint: string
  errorMessage: string
  attempt: number
  firstFailedAt: string
  lastFailedAt: string
  sizeBytes: number
  attributes: TypedAttributes
  body: BodyPlace | undefined
}

/** The next page of a frozen selection, in order of index sequence. */
export async function listSelected(
  db: Database,
  request: {
    selection: LetterSelection
    asOf: number
    owners: OwnerScope
    after: { sequence: number; id: string } | undefined
    limit: number
  },
): Promise<SelectedLetter[]> {
  const { after } = request
  const { rows } = await db.execute<Row>(sql`
    SELECT d.id, d.index_seq, d.topic, d.owner, d.message_id, d.status, d.stage, d.code, d.fingerprint, d.error_message, d.attempt,
      d.first_failed_at, d.last_failed_at, d.size_bytes, d.attributes, b.kind, b.inline, b.sha256, b.archive_bucket, b.archive_key,
      b.archive_offset, b.archive_length, b.object_key
    FROM dead_letters d LEFT JOIN dead_letter_bodies b ON b.dead_letter_id = d.id
    WHERE ${selectionToSql(request.selection, request.asOf, request.owners)}
      ${after ? sql`AND (d.index_seq, d.id) > (${after.sequence}, ${after.id})` : sql``}
    ORDER BY d.index_seq, d.id LIMIT ${request.limit}`)
  return rows.map((r) => ({
    id: r.id,
    sequence: Number(r.index_seq),
    topic: r.topic,
    owner: r.owner,
    messageId: r.message_id,
    status: r.status,
    stage: r.stage,
    code: r.code,
    fingerprint: r.fingerprint,
    errorMessage: r.error_message,
    attempt: r.attempt,
    firstFailedAt: new Date(r.first_failed_at).toISOString(),
    lastFailedAt: new Date(r.last_failed_at).toISOString(),
    sizeBytes: r.size_bytes,
    attributes: r.attributes,
    body: toBodyPlace(r),
  }))
}

export type BodyRow = {
  kind: string | null
  inline: Buffer | null
  sha256: string | null
  archive_bucket: string | null
  archive_key: string | null
  archive_offset: string | null
  archive_length: number | null
  object_key: string | null
}

/** Where the body of a joined `dead_letter_bodies` row lies; undefined when there is none. */
export const toBodyPlace = (row: BodyRow): BodyPlace | undefined =>
  row.sha256 === null || row.kind === 'missing'
    ? undefined
    : {
        inline: row.inline ?? undefined,
        bucket: row.archive_bucket ?? undefined,
        key: row.archive_key ?? undefined,
        offset: row.archive_offset === null ? undefined : Number(row.archive_offset),
        length: row.archive_length ?? undefined,
        objectKey: row.object_key ?? undefined,
        sha256: row.sha256,
      }

type Row = BodyRow & {
  id: string
  index_seq: string
  topic: string
  owner: string
  message_id: string
  status: string
  stage: FailureStage
  code: string
  fingerprint: string
  error_message: string
  attempt: number
  first_failed_at: Date
  last_failed_at: Date
  size_bytes: number
  attributes: TypedAttributes
}
