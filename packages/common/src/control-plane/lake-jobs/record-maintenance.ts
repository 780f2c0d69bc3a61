import { sql } from 'drizzle-orm'
import { bumpVersion } from '../bump-version.ts'
import type { Database } from '../connect.ts'
import { toJsonParameter } from '../to-json-parameter.ts'

type Maintained = { topic: string; operationId: string; result: Record<string, unknown> }

/** Keeps what a topic's tables weighed before and after; from then on it is not due for a while. */
export async function recordMaintenance(db: Database, done: Maintained): Promise<void> {
  await db.transaction(async (tx) => {
    await tx.execute(sql`
      INSERT INTO topic_maintenance (topic, at, operation_id, result)
      VALUES (${done.topic}, now(), ${done.operationId}, ${toJsonParameter(done.result)}::jsonb)
      ON CONFLICT (topic) DO UPDATE SET at = excluded.at, operation_id = excluded.operation_id, result = excluded.result`)
    await bumpVersion(tx, 'topics')
  })
}
