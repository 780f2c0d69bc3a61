import { sql } from 'drizzle-orm'
import type { Database } from '../connect.ts'
import { repeatOnConflict } from '../repeat-on-conflict.ts'
import { type ClaimedLeases, claimLeases } from './claim-leases.ts'

/**
 * Takes, or renews, the leases of a run's topics (`claimLeases`) and notes in the run what came of each. Topics that have
 * already failed in this run are left alone.
 */
export async function takeLeases(
  db: Database,
  request: { execution: string; leaseSeconds: number; round: number },
): Promise<ClaimedLeases> {
  const { execution, leaseSeconds, round } = request
  return repeatOnConflict(() =>
    db.transaction(async (tx) => {
      const topics = sql`SELECT topic FROM run_topics WHERE execution = ${execution} AND outcome IN ('WAITING', 'IN_PROGRESS')`
      const claimed = await claimLeases(tx, { holder: execution, topics, leaseSeconds })
      const noted = [
        ...claimed.taken.map(({ topic, token }) => ({ topic, token, outcome: 'IN_PROGRESS' })),
        ...claimed.refused.map(({ topic, outcome }) => ({ topic, token: null, outcome })),
      ]
      await tx.execute(sql`
        UPDATE run_topics r SET round = ${round}, updated_at = now(), fencing_token = n.token, outcome = n.outcome
        FROM jsonb_to_recordset(${JSON.stringify(noted)}::jsonb) AS n (topic text, token bigint, outcome text)
        WHERE r.execution = ${execution} AND r.topic = n.topic`)
      return claimed
    }),
  )
}
