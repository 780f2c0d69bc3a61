import { sql } from 'drizzle-orm'
import type { Database } from '../connect.ts'

export type ChainVerdict = {
  rows: number
  /** The first row whose hash, number or link to the row before is not what it must be; undefined = the chain is whole. */
  brokenAt: { seq: number; fault: 'changed' | 'gap' | 'unlinked' } | undefined
  /** What the newest row says: compare it with the newest export to notice a chain that was cut off or written anew. */
  lastSeq: number
  lastHash: string
  /** Exports in the archive whose last hash is not the one of that row today. */
  contradictedExports: number[]
}

/** Recomputes every hash of the audit in the database and compares it with the hashes that were exported. Reads only. */
export async function verifyAuditChain(db: Pick<Database, 'execute'>): Promise<ChainVerdict> {
  const { rows } = await db.execute<{
    rows: number
    seq: string | null
    fault: 'changed' | 'gap' | 'unlinked' | null
    last_seq: string | null
    last_hash: string | null
    contradicted: string[]
  }>(sql`
    WITH linked AS (
      SELECT a.seq, a.hash, a.previous_hash, encode(sha256(convert_to(audit_row_text(a), 'UTF8')), 'hex') AS expected,
        lag(a.seq, 1, 0::bigint) OVER w AS before_seq, lag(a.hash, 1, repeat('0', 64)) OVER w AS before_hash
      FROM audit_log a WINDOW w AS (ORDER BY a.seq)
    ), broken AS (
      SELECT seq, CASE WHEN hash <> expected THEN 'changed' WHEN seq <> before_seq + 1 THEN 'gap' ELSE 'unlinked' END AS fault
      FROM linked WHERE hash <> expected OR seq <> before_seq + 1 OR previous_hash <> before_hash ORDER BY seq LIMIT 1
    ), newest AS (SELECT seq, hash FROM audit_log ORDER BY seq DESC LIMIT 1)
    SELECT (SELECT count(*)::int FROM audit_log) AS rows, (SELECT seq FROM broken) AS seq, (SELECT fault FROM broken) AS fault,
      (SELECT seq FROM newest) AS last_seq, (SELECT hash FROM newest) AS last_hash,
      (SELECT coalesce(array_agg(e.last_seq ORDER BY e.last_seq), '{}') FROM audit_exports e
        LEFT JOIN audit_log a ON a.seq = e.last_seq WHERE a.hash IS DISTINCT FROM e.last_hash) AS contradicted`)
  const row = rows[0]
  return {
    rows: row?.rows ?? 0,
    brokenAt: row?.seq && row.fault ? { seq: Number(row.seq), fault: row.fault } : undefined,
    lastSeq: Number(row?.last_seq ?? 0),
    lastHash: row?.last_hash ?? '0'.repeat(64),
    contradictedExports: (row?.contradicted ?? []).map(Number),
  }
}
