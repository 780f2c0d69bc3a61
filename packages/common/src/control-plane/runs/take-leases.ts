import { sql } from 'drizzle-orm'
import type { TopicOutcome } from '../../contract/run.ts'
import type { Database } from '../connect.ts'
import { repeatOnConflict } from '../repeat-on-conflict.ts'

export type TakenLease = { topic: string; token: number }
export type RefusedLease = {
  topic: string
  outcome: Extract<TopicOutcome, 'BUSY' | 'PAUSED' | 'UNKNOWN_TOPIC'>
}

/**
 * Takes, or renews, the leases of a run's topics for `leaseSeconds`. A topic that another run holds, that a person paused
 * or that no contract names is refused. A new holder gets a greater token; the same run keeps its own. Topics that have
 * already failed in this run are left alone.
 */
export async function takeLeases(
  db: Database,
  request: { execution: string; leaseSeconds: number; round: number },
): Promise<{ taken: TakenLease[]; refused: RefusedLease[] }> {
  const { execution, leaseSeconds, round } = request
  return repeatOnConflict(() =>
    db.transaction(async (tx) => {
      const mine = sql`SELECT topic FROM run_topics WHERE execution = ${execution} AND outcome IN ('WAITING', 'IN_PROGRESS')`
      await tx.execute(
        sql`INSERT INTO run_leases (topic) SELECT topic FROM (${mine}) AS m ORDER BY topic ON CONFLICT DO NOTHING`,
      )
      await tx.execute(sql`SELECT 1 FROM run_leases WHERE topic IN (${mine}) ORDER BY topic FOR UPDATE`)
      const { rows } = await tx.execute<{
        topic: string
        token: string | null
        refusal: RefusedLease['outcome']
      }>(sql`
        WITH asked AS (
          SELECT l.topic, CASE
              WHEN t.topic IS NULL OR t.removed_at IS NOT NULL THEN 'UNKNOWN_TOPIC'
              WHEN t.is_processing_paused THEN 'PAUSED'
              WHEN l.execution <> ${execution} AND l.until > now() THEN 'BUSY'
            END AS refusal
          FROM run_leases l LEFT JOIN topics t USING (topic) WHERE l.topic IN (${mine})
        ), taken AS (
          UPDATE run_leases l SET execution = ${execution}, until = now() + make_interval(secs => ${leaseSeconds}),
            fencing_token = l.fencing_token + CASE WHEN l.execution = ${execution} THEN 0 ELSE 1 END,
            taken_at = CASE WHEN l.execution = ${execution} THEN l.taken_at ELSE now() END
          FROM asked a WHERE a.topic = l.topic AND a.refusal IS NULL
          RETURNING l.topic, l.fencing_token
        ), noted AS (
          UPDATE run_topics r SET round = ${round}, updated_at = now(), fencing_token = n.fencing_token,
            outcome = coalesce(a.refusal, 'IN_PROGRESS')
          FROM asked a LEFT JOIN taken n USING (topic)
          WHERE r.execution = ${execution} AND r.topic = a.topic
        )
        SELECT a.topic, n.fencing_token AS token, a.refusal FROM asked a LEFT JOIN taken n USING (topic) ORDER BY a.topic`)
      return {
        taken: rows.flatMap((r) => (r.token === null ? [] : [{ topic: r.topic, token: Number(r.token) }])),
        refused: rows.flatMap((r) => (r.token === null ? [{ topic: r.topic, outcome: r.refusal }] : [])),
      }
    }),
  )
}
