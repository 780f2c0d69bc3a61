import { sql } from 'drizzle-orm'
import type { SnowflakeTarget } from '../../odcs/contract-model.ts'
import { bumpVersion } from '../bump-version.ts'
import type { Database } from '../connect.ts'

export type ExpectedSnapshot = {
  topic: string
  target: SnowflakeTarget
  expectedSnapshotId: bigint
  expectedMetadataLocation: string | null
}

/** Writes down what Snowflake should show of each topic whose semantic table a run moved, and returns it. Topics without a target are not among them. */
export async function recordExpectedSnapshots(db: Database, execution: string): Promise<ExpectedSnapshot[]> {
  return db.transaction(async (tx) => {
    const { rows } = await tx.execute<{
      topic: string
      target: SnowflakeTarget
      id: string
      location: string | null
    }>(sql`
      WITH moved AS (
        SELECT DISTINCT k.topic, k.head_snapshot_id, c.model->'snowflake' AS target FROM run_passes p
        JOIN checkpoints k ON k.topic = p.topic AND k.layer = 'semantic'
        JOIN contract_versions c ON c.topic = p.topic AND c.state IN ('active', 'ahead_of_git')
        WHERE p.execution = ${execution} AND p.layer = 'semantic' AND p.state = 'SUCCEEDED'
          AND jsonb_typeof(c.model->'snowflake') = 'object' AND k.head_snapshot_id IS NOT NULL
      )
      INSERT INTO snowflake_tables AS s (topic, database_name, schema_name, table_name, expected_snapshot_id, expected_at, state)
      SELECT topic, target->>'database', target->>'schema', target->>'table', head_snapshot_id, now(), 'unknown' FROM moved ORDER BY topic
      ON CONFLICT (topic) DO UPDATE SET database_name = excluded.database_name, schema_name = excluded.schema_name,
        table_name = excluded.table_name, expected_snapshot_id = excluded.expected_snapshot_id,
        expected_at = CASE WHEN s.expected_snapshot_id = excluded.expected_snapshot_id THEN s.expected_at ELSE now() END,
        expected_metadata_location = CASE WHEN s.expected_snapshot_id = excluded.expected_snapshot_id THEN s.expected_metadata_location END,
        state = CASE WHEN s.seen_snapshot_id = excluded.expected_snapshot_id THEN 'in_sync' WHEN s.state = 'in_sync' THEN 'behind' ELSE s.state END
      RETURNING topic, jsonb_build_object('database', database_name, 'schema', schema_name, 'table', table_name) AS target,
        expected_snapshot_id AS id, expected_metadata_location AS location`)
    if (rows.length > 0) await bumpVersion(tx, 'snowflake')
    return rows.map((r) => ({
      topic: r.topic,
      target: r.target,
      expectedSnapshotId: BigInt(r.id),
      expectedMetadataLocation: r.location,
    }))
  })
}
