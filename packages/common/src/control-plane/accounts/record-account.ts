import { sql } from 'drizzle-orm'
import { bumpVersion } from '../bump-version.ts'
import type { Database } from '../connect.ts'
import { toJsonParameter } from '../to-json-parameter.ts'

type Account = {
  topic: string
  /** Text: 64 bits. */
  rawSnapshotId: string
  unexplained: number
  operationId: string
  result: Record<string, unknown>
}

/** Keeps what the job counted for one RAW snapshot; counted again, the newer count counts. */
export async function recordAccount(db: Database, account: Account): Promise<void> {
  await db.transaction(async (tx) => {
    await tx.execute(sql`
      INSERT INTO topic_accounts (topic, raw_snapshot_id, computed_at, operation_id, unexplained, result)
      VALUES (${account.topic}, ${account.rawSnapshotId}::bigint, now(), ${account.operationId}, ${account.unexplained},
        ${toJsonParameter(account.result)}::jsonb)
      ON CONFLICT (topic, raw_snapshot_id) DO UPDATE SET computed_at = excluded.computed_at,
        operation_id = excluded.operation_id, unexplained = excluded.unexplained, result = excluded.result`)
    await bumpVersion(tx, 'topics')
  })
}
