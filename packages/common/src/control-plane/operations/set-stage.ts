import { sql } from 'drizzle-orm'
import type { OperationStage } from '../../contract/operation.ts'
import type { Database } from '../connect.ts'

/** Writes the stage when it has changed: canary → ramp → full. */
export async function setStage(
  db: Database,
  change: { operationId: string; token: number; stage: OperationStage },
): Promise<void> {
  await db.execute(sql`
    UPDATE operations SET stage = ${change.stage}, state = CASE WHEN state IN ('waiting', 'verifying') THEN 'running' ELSE state END, cause = NULL, note = NULL
    WHERE id = ${change.operationId} AND fencing_token = ${change.token} AND (stage <> ${change.stage} OR state IN ('waiting', 'verifying'))`)
}
