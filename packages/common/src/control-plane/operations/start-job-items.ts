import { sql } from 'drizzle-orm'
import { bumpVersion } from '../bump-version.ts'
import type { Database } from '../connect.ts'
import { repeatOnConflict } from '../repeat-on-conflict.ts'
import { requireLease } from './require-lease.ts'

type Lease = { operationId: string; token: number }

/** Notes what was started for items (`reference`: the execution's name). Written before the start, whose repetition is the same start. Throws CONFLICT when the lease is lost. */
export async function startJobItems(
  db: Database,
  lease: Lease,
  keys: readonly string[],
  reference: string,
): Promise<void> {
  await repeatOnConflict(() =>
    db.transaction(async (tx) => {
      await requireLease(tx, lease.operationId, lease.token)
      await tx.execute(sql`
        UPDATE operation_items SET state = 'verifying', replay_id = ${reference}, sends = sends + 1, sent_at = now(),
          fencing_token = ${lease.token}
        WHERE operation_id = ${lease.operationId} AND state = 'pending' AND dead_letter_id = ANY (${sql.param([...keys])}::text[])`)
      await bumpVersion(tx, 'operations')
    }),
  )
}
