import { sql } from 'drizzle-orm'
import type { Database } from '../connect.ts'
import { toJsonParameter } from '../to-json-parameter.ts'
import type { GatheredLetter } from './gather-failures.ts'

/** Bodies of rows whose newest failure changed. A report without body never replaces one that is known. */
export async function upsertBodies(
  tx: Pick<Database, 'execute'>,
  letters: readonly GatheredLetter[],
): Promise<void> {
  if (letters.length === 0) return
  const heads = letters.map(({ head }) => head)
  const rows = toJsonParameter(
    heads.map(({ id, body, report }) => ({
      id,
      kind: body.kind,
      sha256: body.sha256,
      size_bytes: body.sizeBytes,
      archive_bucket: report.archive?.bucket ?? null,
      archive_key: report.archive?.key ?? null,
      archive_offset: report.archive?.offset ?? null,
      archive_length: report.archive?.length ?? null,
      search: body.search,
    })),
  )
  // Bytes travel as an array of their own: JSON has none.
  const inline = heads.map(({ body }) => (body.inline === null ? null : Buffer.from(body.inline)))
  await tx.execute(sql`
    INSERT INTO dead_letter_bodies AS b (dead_letter_id, kind, inline, sha256, size_bytes, archive_bucket, archive_key,
      archive_offset, archive_length, search)
    SELECT g.id, g.kind, g.inline, g.sha256, g.size_bytes, g.archive_bucket, g.archive_key, g.archive_offset,
      g.archive_length, g.search
    FROM ROWS FROM (
      jsonb_to_recordset(${rows}::jsonb) AS (id text, kind text, sha256 text, size_bytes int, archive_bucket text,
        archive_key text, archive_offset bigint, archive_length int, search text),
      unnest(${sql.param(inline)}::bytea[])
    ) AS g (id, kind, sha256, size_bytes, archive_bucket, archive_key, archive_offset, archive_length, search, inline)
    ON CONFLICT (dead_letter_id) DO UPDATE SET
      kind = excluded.kind, inline = excluded.inline, sha256 = excluded.sha256, size_bytes = excluded.size_bytes,
      archive_bucket = excluded.archive_bucket, archive_key = excluded.archive_key,
      archive_offset = excluded.archive_offset, archive_length = excluded.archive_length,
      search = excluded.search
    WHERE excluded.kind <> 'missing' OR b.kind = 'missing'`)
}
