import { sql } from 'drizzle-orm'
import type { Database } from '../connect.ts'
import { toJsonParameter } from '../to-json-parameter.ts'
import type { JobTarget } from './job-targets.ts'

/** Items of a job: free targets first; those that another live operation occupies follow as skipped. Returns how many there are. */
export async function insertJobItems(
  tx: Database,
  operationId: string,
  targets: readonly JobTarget[],
): Promise<number> {
  const rows = toJsonParameter(targets.map((t, n) => ({ id: t.key, topic: t.topic, sequence: n + 1 })))
  const target = sql`jsonb_to_recordset(${rows}::jsonb) AS t (id text, topic text, sequence bigint)`
  const free = await tx.execute(sql`
    INSERT INTO operation_items (operation_id, dead_letter_id, topic, sequence, state)
    SELECT ${operationId}, t.id, t.topic, t.sequence, 'pending' FROM ${target} ORDER BY t.id
    ON CONFLICT (dead_letter_id) WHERE outcome IS NULL DO NOTHING`)
  const taken = await tx.execute(sql`
    INSERT INTO operation_items (operation_id, dead_letter_id, topic, sequence, state, outcome, reason, detail, settled_at)
    SELECT ${operationId}, t.id, t.topic, t.sequence, 'done', 'skipped', 'in_other_operation', o.operation_id::text, now()
    FROM ${target} JOIN operation_items o ON o.dead_letter_id = t.id AND o.outcome IS NULL AND o.operation_id <> ${operationId}
    ON CONFLICT DO NOTHING`)
  return (free.rowCount ?? 0) + (taken.rowCount ?? 0)
}
