import { sql } from 'drizzle-orm'
import { bumpVersion } from '../bump-version.ts'
import type { Database } from '../connect.ts'

/**
 * Topics of a run whose schema gate is closed: one finding each per topic and state of its contract. Returns the topics
 * that had no such finding before: only they are worth a notice. A gate that has opened meanwhile closes its finding.
 */
export async function recordMissingSchemas(db: Database, execution: string): Promise<string[]> {
  return db.transaction(async (tx) => {
    const { rows } = await tx.execute<{ topic: string }>(sql`
      INSERT INTO drift_findings (topic, kind, scope, count, detail, first_seen_at, last_seen_at)
      SELECT DISTINCT ON (r.topic) r.topic, 'MISSING_SCHEMA', coalesce(c.state || ':' || c.sha256, 'none'), 1,
        CASE WHEN c.state IN ('active', 'ahead_of_git') THEN 'the active contract names no columns' ELSE 'the contract is a draft' END
          || ': rows stop at the curated layer until a contract with a schema is active', now(), now()
      FROM run_topics r LEFT JOIN contract_versions c ON c.topic = r.topic
        AND (c.state IN ('active', 'ahead_of_git') OR (c.state = 'draft' AND c.source = 'git'))
      WHERE r.execution = ${execution} AND r.outcome = 'IN_PROGRESS' AND NOT ${isOpen}
      ORDER BY r.topic, (c.state = 'draft')
      ON CONFLICT (topic, kind, path, column_name, scope) DO NOTHING RETURNING topic`)
    if (rows.length > 0) await bumpVersion(tx, 'drift')
    return rows.map((r) => r.topic)
  })
}

/** Findings of gates that are open now are fixed. */
export async function fixOpenedGates(db: Pick<Database, 'execute'>, execution: string): Promise<void> {
  await db.execute(sql`
    UPDATE drift_findings f SET state = 'fixed', changed_at = now(), row_version = row_version + 1
    FROM run_topics r WHERE r.execution = ${execution} AND f.topic = r.topic AND f.kind = 'MISSING_SCHEMA' AND f.state = 'open' AND ${isOpen}`)
}

const isOpen = sql`EXISTS (SELECT 1 FROM contract_versions a WHERE a.topic = r.topic AND a.state IN ('active', 'ahead_of_git')
  AND jsonb_array_length(a.model->'columns') > 0)`
