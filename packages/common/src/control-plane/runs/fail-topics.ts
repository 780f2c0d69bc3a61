import { sql } from 'drizzle-orm'
import type { Database } from '../connect.ts'
import type { RunError } from '../schema/runs.ts'
import { toJsonParameter } from '../to-json-parameter.ts'

/** Topics of a run that cannot go on, each with its reason; the others are not touched. */
export async function failTopics(
  db: Pick<Database, 'execute'>,
  execution: string,
  failures: readonly { topic: string; error: RunError }[],
): Promise<void> {
  if (failures.length === 0) return
  await db.execute(sql`
    UPDATE run_topics r SET outcome = 'FAILED', error = g.error, is_behind = false, updated_at = now()
    FROM jsonb_to_recordset(${toJsonParameter(failures)}::jsonb) AS g (topic text, error jsonb)
    WHERE r.execution = ${execution} AND r.topic = g.topic`)
}
