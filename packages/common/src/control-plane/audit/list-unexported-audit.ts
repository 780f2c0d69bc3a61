import { sql } from 'drizzle-orm'
import type { Database } from '../connect.ts'

export type UnexportedAudit = {
  firstSeq: number
  lastSeq: number
  lastHash: string
  day: string
  lines: string[]
}

/**
 * The next rows of the audit that are not in the archive yet, oldest first, each as one line of JSON with its hashes. Undefined when the last
 * export is younger than `everySeconds` (by the database's clock) or nothing is new.
 */
export async function listUnexportedAudit(
  db: Pick<Database, 'execute'>,
  request: { everySeconds: number; limit: number },
): Promise<UnexportedAudit | undefined> {
  const { rows } = await db.execute<{ seq: string; hash: string; day: string; line: string }>(sql`
    WITH last AS (SELECT coalesce(max(last_seq), 0) AS seq, max(exported_at) AS at FROM audit_exports)
    SELECT a.seq, a.hash, to_char(now() AT TIME ZONE 'UTC', 'YYYY/MM/DD') AS day, to_jsonb(a)::text AS line
    FROM last, audit_log a
    WHERE a.seq > last.seq AND (last.at IS NULL OR last.at <= now() - make_interval(secs => ${request.everySeconds}))
    ORDER BY a.seq LIMIT ${request.limit}`)
  const first = rows[0]
  const last = rows.at(-1)
  if (!first || !last) return undefined
  return {
    firstSeq: Number(first.seq),
    lastSeq: Number(last.seq),
    lastHash: last.hash,
    day: first.day,
    lines: rows.map((r) => r.line),
  }
}

/** Remembers an export; the same rows exported twice (two workers, a crash) are one object and one row. */
export async function recordAuditExport(
  db: Pick<Database, 'execute'>,
  exported: Omit<UnexportedAudit, 'lines' | 'day'> & { bucket: string; key: string },
): Promise<void> {
  await db.execute(sql`
    INSERT INTO audit_exports (last_seq, first_seq, last_hash, bucket, key)
    VALUES (${exported.lastSeq}, ${exported.firstSeq}, ${exported.lastHash}, ${exported.bucket}, ${exported.key})
    ON CONFLICT (last_seq) DO NOTHING`)
}
