import { sql } from 'drizzle-orm'
import type { SnowflakeState } from '../../contract/snowflake-state.ts'
import { bumpVersion } from '../bump-version.ts'
import type { Database } from '../connect.ts'
import type { RunError } from '../schema/runs.ts'
import { toJsonParameter } from '../to-json-parameter.ts'

export type SeenTable = {
  topic: string
  state: SnowflakeState
  seenSnapshotId: bigint | null
  seenMetadataLocation: string | null
  autoRefresh: string | null
  error: RunError | null
}

/** What was seen in Snowflake, per topic, and the topic's status with it. Unknown topics are left out. */
export async function recordSnowflakeStates(db: Database, seen: readonly SeenTable[]): Promise<void> {
  if (seen.length === 0) return
  const rows = toJsonParameter(
    seen.map((s) => ({
      topic: s.topic,
      state: s.state,
      seenSnapshotId: s.seenSnapshotId === null ? null : String(s.seenSnapshotId),
      seenMetadataLocation: s.seenMetadataLocation,
      autoRefresh: s.autoRefresh,
      error: s.error,
    })),
  )
  const given = sql`jsonb_to_recordset(${rows}::jsonb) AS g (topic text, state text, "seenSnapshotId" bigint, "seenMetadataLocation" text,
    "autoRefresh" text, error jsonb)`
  await db.transaction(async (tx) => {
    await tx.execute(sql`
      UPDATE snowflake_tables s SET state = g.state, seen_snapshot_id = g."seenSnapshotId", seen_metadata_location = g."seenMetadataLocation",
        auto_refresh = g."autoRefresh", error = nullif(g.error, 'null'), collected_at = now(),
        refreshed_at = CASE WHEN s.seen_snapshot_id IS DISTINCT FROM g."seenSnapshotId" THEN now() ELSE s.refreshed_at END
      FROM ${given} WHERE s.topic = g.topic`)
    await tx.execute(sql`
      UPDATE topic_status s SET snowflake_state = g.state, snowflake_snapshot_id = g."seenSnapshotId", snowflake_collected_at = now()
      FROM ${given} WHERE s.topic = g.topic`)
    await bumpVersion(tx, 'snowflake')
  })
}
