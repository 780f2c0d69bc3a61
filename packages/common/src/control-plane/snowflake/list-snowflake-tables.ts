import { sql } from 'drizzle-orm'
import type { SnowflakeTable } from '../../contract/snowflake.ts'
import type { SnowflakeState } from '../../contract/snowflake-state.ts'
import type { Database } from '../connect.ts'
import type { OwnerScope } from '../dead-letters/filter-to-sql.ts'
import { isoOrNull } from '../iso-or-null.ts'
import type { RunError } from '../schema/runs.ts'

type Request = {
  owners: OwnerScope
  verdict?: SnowflakeState
  topic?: string
  after?: string
  limit: number
}

/** Tables in Snowflake with their verdict, by topic: one query for all. */
export async function listSnowflakeTables(
  db: Pick<Database, 'execute'>,
  { owners, verdict, topic, after, limit }: Request,
): Promise<SnowflakeTable[]> {
  const { rows } = await db.execute<Row>(sql`
    SELECT s.*, t.owner FROM snowflake_tables s JOIN topics t USING (topic)
    WHERE t.removed_at IS NULL
      ${owners === '*' ? sql`` : sql`AND t.owner = ANY (${sql.param([...owners])}::text[])`}
      ${verdict === undefined ? sql`` : sql`AND s.state = ${verdict}`}
      ${topic === undefined ? sql`` : sql`AND s.topic = ${topic}`}
      ${after === undefined ? sql`` : sql`AND s.topic > ${after}`}
    ORDER BY s.topic LIMIT ${limit}`)
  return rows.map((row) => ({
    topic: row.topic,
    owner: row.owner,
    database: row.database_name,
    schema: row.schema_name,
    table: row.table_name,
    // Unknown is never green: what nobody has looked at has no verdict.
    verdict: row.collected_at === null ? 'unknown' : row.state,
    expectedSnapshotId: row.expected_snapshot_id,
    expectedAt: isoOrNull(row.expected_at),
    seenSnapshotId: row.seen_snapshot_id,
    autoRefresh: row.auto_refresh,
    refreshedAt: isoOrNull(row.refreshed_at),
    collectedAt: isoOrNull(row.collected_at),
    error: row.error && { code: row.error.code, message: row.error.message },
  }))
}

type Row = {
  topic: string
  owner: string
  database_name: string
  schema_name: string
  table_name: string
  expected_snapshot_id: string | null
  expected_at: Date | null
  seen_snapshot_id: string | null
  auto_refresh: string | null
  state: SnowflakeState
  refreshed_at: Date | null
  collected_at: Date | null
  error: RunError | null
}
