import { sql } from 'drizzle-orm'
import type { PassResult } from '../../messages/pass-result.ts'
import { bumpVersion } from '../bump-version.ts'
import type { Database } from '../connect.ts'
import { toJsonParameter } from '../to-json-parameter.ts'

type Seen = { topic: string; passId: string; at: string; findings: PassResult['findings'] }

/**
 * Counts what a pass found: one row per topic, kind, path and column. What was fixed, or ignored until a day that has
 * passed, and comes again is open again; what a person accepted stays accepted.
 */
export async function recordFindings(
  tx: Pick<Database, 'execute' | 'insert'>,
  { topic, passId, at, findings }: Seen,
): Promise<void> {
  if (findings.length === 0) return
  const rows = gather(findings)
  await tx.execute(sql`
    INSERT INTO drift_findings AS f (topic, kind, path, column_name, count, sample_message_id, detail, first_seen_at, last_seen_at, first_pass_id, last_pass_id)
    SELECT ${topic}, g.kind, g.path, g.column_name, g.count, g.sample_message_id, g.detail, ${at}, ${at}, ${passId}, ${passId}
    FROM jsonb_to_recordset(${toJsonParameter(rows)}::jsonb) AS g (kind text, path text, column_name text, count bigint, sample_message_id text, detail text)
    ORDER BY g.kind, g.path, g.column_name
    ON CONFLICT (topic, kind, path, column_name, scope) DO UPDATE SET count = f.count + excluded.count,
      last_seen_at = greatest(f.last_seen_at, excluded.last_seen_at), last_pass_id = excluded.last_pass_id,
      sample_message_id = coalesce(excluded.sample_message_id, f.sample_message_id), detail = excluded.detail,
      state = CASE WHEN f.state = 'fixed' OR (f.state = 'ignored' AND f.ignored_until < now()) THEN 'open' ELSE f.state END
    WHERE f.last_pass_id IS DISTINCT FROM excluded.last_pass_id`)
  await bumpVersion(tx, 'drift')
}

type Row = {
  kind: string
  path: string
  column_name: string
  count: number
  sample_message_id: string | null
  detail: string
}

/** One row per thing also when the job names it twice: the same row twice in one statement would be an error. */
function gather(findings: PassResult['findings']): Row[] {
  const rows = new Map<string, Row>()
  for (const finding of findings) {
    const path = (finding.path ?? []).map((segment) => `/${escapeSegment(segment)}`).join('')
    const column = finding.column ?? ''
    const key = JSON.stringify([finding.kind, path, column])
    const known = rows.get(key)
    if (known) known.count += finding.count
    else
      rows.set(key, {
        kind: finding.kind,
        path,
        column_name: column,
        count: finding.count,
        sample_message_id: finding.sampleMessageId ?? null,
        detail: (finding.detail ?? '').slice(0, 500),
      })
  }
  return [...rows.values()]
}

const escapeSegment = (segment: string): string => segment.replaceAll('~', '~0').replaceAll('/', '~1')
