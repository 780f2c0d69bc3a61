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
  last_recorded_at: string | null
  lag_seconds: string | null
  queued: string
  oldest_queued_seconds: string | null
  running: string
  stalled: string
}

/** How the installation itself is, in one query. */
export async function describeSystem(
  db: Pick<Database, 'execute'>,
  at: { stage: string; now: Date },
): Promise<System> {
  const now = sql`${at.now.toISOString()}::timestamptz`
  const { rows } = await db.execute<Row>(sql`
    SELECT
      current_setting('server_version') AS server_version,
      pg_database_size(current_database()) AS size_bytes,
      (SELECT max(name) FROM schema_migrations) AS newest_migration,
      (SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()) AS connections,
      s.last_sample_at, s.topics, s.topics_with_errors,
      (SELECT count(*) FROM sessions WHERE revoked_at IS NULL
        AND least(expires_at, idle_expires_at) > ${now}) AS live_sessions,
      i.*, w.*
    FROM (
      SELECT max(queue_collected_at) AS last_sample_at, count(*) AS topics,
        count(*) FILTER (WHERE coalesce(queue_error, queue_oldest_error, mapping_error, raw_error, dead_letters_error)
          IS NOT NULL) AS topics_with_errors
      FROM topics LEFT JOIN topic_status USING (topic) WHERE removed_at IS NULL
    ) s, (
      SELECT max(e.recorded_at) AS last_recorded_at,
        percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM e.recorded_at - e.occurred_at)) AS lag_seconds
      FROM (SELECT id, last_failed_at FROM dead_letters ORDER BY last_failed_at DESC, id DESC LIMIT 100) d
      JOIN dead_letter_events e ON e.dead_letter_id = d.id AND e.occurred_at = d.last_failed_at
    ) i, (
      SELECT count(*) FILTER (WHERE state = 'queued') AS queued,
        extract(epoch FROM ${now} - min(greatest(created_at, start_after)) FILTER (WHERE state = 'queued')) AS oldest_queued_seconds,
        count(*) FILTER (WHERE state NOT IN ('queued', 'stalled')) AS running,
        count(*) FILTER (WHERE state = 'stalled') AS stalled
      FROM operations
      WHERE state IN ('queued', 'running', 'verifying', 'cancelling', 'stalled') AND start_after <= ${now}
    ) w`)
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
    indexer: {
      lastRecordedAt: row?.last_recorded_at ? new Date(row.last_recorded_at).toISOString() : null,
      lagSeconds: secondsOf(row?.lag_seconds),
    },
    worker: {
      queued: Number(row?.queued ?? 0),
      oldestQueuedSeconds: secondsOf(row?.oldest_queued_seconds),
      running: Number(row?.running ?? 0),
      stalled: Number(row?.stalled ?? 0),
    },
    liveSessions: Number(row?.live_sessions ?? 0),
  }
}

/** Clocks of two machines may differ by a little: nothing is recorded before it happens. */
const secondsOf = (value: string | null | undefined): number | null =>
  value === null || value === undefined ? null : Math.max(0, Math.round(Number(value)))
