import type { Database } from '@lean-ops/common/control-plane/connect'
import type { RegisteredTopic } from '@lean-ops/common/topics/topic-registry'
import { sql } from 'drizzle-orm'

/**
 * Makes the `topics` table say what the bundled registry says. A topic that is gone keeps its row and history and is
 * marked removed; a topic that comes back is unmarked. Returns whether anything changed.
 */
export async function syncTopics(
  db: Pick<Database, 'execute'>,
  topics: readonly RegisteredTopic[],
  now: Date,
): Promise<boolean> {
  const rows = topics.map(({ topic, owner, status, queueName, tableName, stream, clearPaths }) => ({
    topic,
    owner,
    status,
    queue_name: queueName,
    table_name: tableName,
    stream,
    clear_paths: clearPaths ?? null,
  }))
  const written = await db.execute(sql`
    INSERT INTO topics AS t (topic, owner, status, queue_name, table_name, stream, clear_paths)
    SELECT topic, owner, status, queue_name, table_name, stream, nullif(clear_paths, 'null'::jsonb)
    FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
      AS r(topic text, owner text, status text, queue_name text, table_name text, stream int, clear_paths jsonb)
    ORDER BY topic
    ON CONFLICT (topic) DO UPDATE SET owner = excluded.owner, status = excluded.status,
      queue_name = excluded.queue_name, table_name = excluded.table_name, stream = excluded.stream,
      clear_paths = excluded.clear_paths, removed_at = NULL
    WHERE (t.owner, t.status, t.queue_name, t.table_name, t.stream, t.clear_paths, t.removed_at) IS DISTINCT FROM
      (excluded.owner, excluded.status, excluded.queue_name, excluded.table_name, excluded.stream, excluded.clear_paths, NULL)`)
  const removed = await db.execute(sql`
    UPDATE topics SET removed_at = ${now.toISOString()}::timestamptz
    WHERE removed_at IS NULL AND topic NOT IN (
      SELECT jsonb_array_elements_text(${JSON.stringify(topics.map((t) => t.topic))}::jsonb))`)
  return (written.rowCount ?? 0) + (removed.rowCount ?? 0) > 0
}
