import { sql } from 'drizzle-orm'
import { bumpVersion } from '../bump-version.ts'
import type { Database } from '../connect.ts'
import { repeatOnConflict } from '../repeat-on-conflict.ts'

/** Ends items whose proof did not come in time as `unverified`: never as resolved. At most `limit` per call; returns how many. */
export async function expireVerifications(db: Database, limit: number): Promise<number> {
  return repeatOnConflict(() =>
    db.transaction(async (tx) => {
      const version = await bumpVersion(tx, 'dead_letters')
      const { rows } = await tx.execute<{ expired: number }>(sql`
      WITH late AS (
        SELECT i.operation_id, i.dead_letter_id FROM operations o JOIN operation_items i ON i.operation_id = o.id
        WHERE o.verifying > 0 AND i.state = 'verifying' AND i.settle_by < now()
        LIMIT ${limit} FOR UPDATE OF i SKIP LOCKED
      ), items AS (
        UPDATE operation_items i SET state = 'done', outcome = 'unverified', settled_at = now(),
          detail = 'nothing was heard of it before its deadline'
        FROM late WHERE i.operation_id = late.operation_id AND i.dead_letter_id = late.dead_letter_id
        RETURNING i.operation_id, i.dead_letter_id
      ), letters AS (
        UPDATE dead_letters d SET status = 'unverified', status_changed_at = now(), verify_until = NULL, changed_seq = ${version}
        FROM items i WHERE d.id = i.dead_letter_id AND d.operation_id = i.operation_id AND d.status = 'verifying'
      ) SELECT count(*)::int AS expired FROM items`)
      const expired = rows[0]?.expired ?? 0
      if (expired > 0) await bumpVersion(tx, 'operations')
      return expired
    }),
  )
}
