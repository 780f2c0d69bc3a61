import { apiVersion } from '@lean-ops/common/contract/api-conventions'
import type { System } from '@lean-ops/common/contract/system'
import type { Database } from '@lean-ops/common/control-plane/connect'
import { sql } from 'drizzle-orm'

type Row = {
  server_version: string
  size_bytes: string
  newest_migration: string | null
  connections: string
  last_sample_at: string | null
  topics: string
  topics_with_errors: string
  live_sessions: string
}

/** How the installation itself is, in one query. */
export async function describeSystem(
  db: Pick<Database, 'execute'>,
  at: { stage: string; now: Date },
): Promise<System> {
  const { rows } = await db.execute<Row>(sql`
    SELECT
      current_setting('server_version') AS server_version,
      pg_database_size(current_database()) AS size_bytes,
      (SELECT max(name) FROM schema_migrations) AS newest_migration,
      (SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()) AS connections,
      s.last_sample_at, s.topics, s.topics_with_errors,
      (SELECT count(*) FROM sessions WHERE revoked_at IS NULL
        AND least(expires_at, idle_expires_at) > ${at.now.toISOString()}::timestamptz) AS live_sessions
    FROM (
      SELECT max(queue_collected_at) AS last_sample_at, count(*) AS topics,
        count(*) FILTER (WHERE coalesce(queue_error, queue_oldest_error, mapping_error, raw_error, dead_letters_error)
          IS NOT NULL) AS topics_with_errors
      FROM topics LEFT JOIN topic_status USING (topic) WHERE removed_at IS NULL
    ) s`)
  const row = rows[0]
  return {
    stage: at.stage,
    apiVersion,
    database: {
      serverVersion: row?.server_version ?? 'unknown',
      sizeBytes: Number(row?.size_bytes ?? 0),
      newestMigration: row?.newest_migration ?? null,
      connections: Number(row?.connections ?? 0),
    },
    sampler: {
      lastSampleAt: row?.last_sample_at ? new Date(row.last_sample_at).toISOString() : null,
      topics: Number(row?.topics ?? 0),
      topicsWithErrors: Number(row?.topics_with_errors ?? 0),
    },
    liveSessions: Number(row?.live_sessions ?? 0),
  }
}
