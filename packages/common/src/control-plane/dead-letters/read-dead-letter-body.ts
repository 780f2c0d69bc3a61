import type { S3Client } from '@aws-sdk/client-s3'
import { sql } from 'drizzle-orm'
import { findObjectText } from '../../aws/find-object-text.ts'
import { AppError } from '../../errors/app-error.ts'
import { bodyOfArchivedLine } from '../../messages/archived-dead-letter.ts'
import type { Database } from '../connect.ts'

export type DeadLetterBody = {
  kind: 'json' | 'text' | 'binary' | 'missing'
  /** The exact bytes. */
  bytes: Buffer
  sha256: string
}

type Deps = { db: Pick<Database, 'execute'>; s3: Pick<S3Client, 'send'> }

/**
 * The exact bytes of a message, from the row or from its byte range in the archive. Throws NOT_FOUND when there is no such
 * dead letter or its body is gone, and what S3 throws.
 */
export async function readDeadLetterBody(deps: Deps, id: string): Promise<DeadLetterBody> {
  const { rows } = await deps.db.execute<Row>(sql`
    SELECT kind, inline, sha256, archive_bucket, archive_key, archive_offset, archive_length
    FROM dead_letter_bodies WHERE dead_letter_id = ${id}`)
  const [row] = rows
  const bytes = row && (row.inline ?? (await readArchived(deps.s3, row)))
  if (!row || bytes === undefined)
    throw new AppError('NOT_FOUND', 'The body of this message is not in the archive any more.')
  return { kind: row.kind, bytes, sha256: row.sha256 }
}

type Row = {
  kind: DeadLetterBody['kind']
  inline: Buffer | null
  sha256: string
  archive_bucket: string | null
  archive_key: string | null
  archive_offset: string | null
  archive_length: number | null
}

async function readArchived(s3: Pick<S3Client, 'send'>, row: Row): Promise<Buffer | undefined> {
  const { kind, archive_bucket: Bucket, archive_key: Key, archive_offset, archive_length: length } = row
  if (kind === 'missing' || Bucket === null || Key === null || length === null) return undefined
  const offset = Number(archive_offset)
  const line = await findObjectText(s3, { Bucket, Key, Range: `bytes=${offset}-${offset + length - 1}` })
  return line === undefined ? undefined : bodyOfArchivedLine(line)
}
