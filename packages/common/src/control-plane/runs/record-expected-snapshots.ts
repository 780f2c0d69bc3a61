import { sql } from 'drizzle-orm'
import type { SnowflakeTarget } from '../../odcs/contract-model.ts'
import { bumpVersion } from '../bump-version.ts'
import type { Database } from '../connect.ts'

export type ExpectedSnapshot = {
  topic: string
  target: SnowflakeTarget
  expectedSnapshotId: bigint
}

/**
 * Writes down what Snowflake should show of each topic whose semantic table a run moved, or of the given topics, and
 * returns it. Topics without a target, or without semantic rows, are not among them.
 */
export async function recordExpectedSnapshots(
  db: Database,
  scope: { execution: string } | { topics: readonly string[] },
): Promise<ExpectedSnapshot[]> {
  const topics =
    'topics' in scope
      ? sql`SELECT unnest(${sql.param([...scope.topics])}::text[])`
      : sql`SELECT p.topic FROM run_passes p WHERE p.execution = ${scope.execution} AND p.layer = 'semantic' AND p.state = 'SUCCEEDED'`
  return db.transaction(async (tx) => {
    const { rows } = await tx.execute<{ topic: string; target: SnowflakeTarget; id: string }>(sql`
      WITH moved AS (
        SELECT k.topic, k.head_snapshot_id, c.model->'snowflake' AS target FROM checkpoints k
        JOIN contract_versions c ON c.topic = k.topic AND c.state IN ('active', 'ahead_of_git')
        WHERE k.layer = 'semantic' AND k.topic IN (${topics})
          AND jsonb_typeof(c.model->'snowflake') = 'object' AND k.head_snapshot_id IS NOT NULL
      )
      INSERT INTO snowflake_tables AS s (topic, database_name, schema_name, table_name, expected_snapshot_id, expected_at, state)
      SELECT topic, target->>'database', target->>'schema', target->>'table', head_snapshot_id, now(), 'unknown' FROM moved ORDER BY topic
      ON CONFLICT (topic) DO UPDATE SET database_name = excluded.database_name, schema_name = excluded.schema_name,
        table_name = excluded.table_name, expected_snapshot_id = excluded.expected_snapshot_id,
        expected_at = CASE WHEN s.expected_snapshot_id = excluded.expected_snapshot_id THEN s.expected_at ELSE now() END,
        state = CASE WHEN s.seen_snapshot_id = excluded.expected_snapshot_id THEN 'in_sync' WHEN s.state = 'in_sync' THEN 'behind' ELSE s.state END
      RETURNING topic, jsonb_build_object('database', database_name, 'schema', schema_name, 'table', table_name) AS target,
        expected_snapshot_id AS id`)
    if (rows.length > 0) await bumpVersion(tx, 'snowflake')
    return rows.map((r) => ({ topic: r.topic, target: r.target, expectedSnapshotId: BigInt(r.id) }))
  })
}
