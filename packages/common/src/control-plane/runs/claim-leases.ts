import { type SQL, sql } from 'drizzle-orm'
import type { TopicOutcome } from '../../contract/run.ts'
import type { Database } from '../connect.ts'

export type TakenLease = { topic: string; token: number }
export type RefusedLease = {
  topic: string
  outcome: Extract<TopicOutcome, 'BUSY' | 'PAUSED' | 'UNKNOWN_TOPIC'>
}
export type ClaimedLeases = { taken: TakenLease[]; refused: RefusedLease[] }

/**
 * Takes, or renews, the leases of the topics that `topics` selects, for `leaseSeconds`, in the caller's transaction. A topic that
 * another holder has, that a person paused or that no contract names is refused. A new holder gets a greater token; the same
 * one keeps its own.
 */
export async function claimLeases(
  tx: Pick<Database, 'execute'>,
  { holder, topics, leaseSeconds }: { holder: string; topics: SQL; leaseSeconds: number },
): Promise<ClaimedLeases> {
  await tx.execute(
    sql`INSERT INTO run_leases (topic) SELECT topic FROM (${topics}) AS w (topic) ORDER BY topic ON CONFLICT DO NOTHING`,
  )
  await tx.execute(sql`SELECT 1 FROM run_leases WHERE topic IN (${topics}) ORDER BY topic FOR UPDATE`)
  const { rows } = await tx.execute<{
    topic: string
    token: string | null
    refusal: RefusedLease['outcome']
  }>(sql`
    WITH asked AS (
      SELECT l.topic, CASE
          WHEN t.topic IS NULL OR t.removed_at IS NOT NULL THEN 'UNKNOWN_TOPIC'
          WHEN t.is_processing_paused THEN 'PAUSED'
          WHEN l.execution <> ${holder} AND l.until > now() THEN 'BUSY'
        END AS refusal
      FROM run_leases l LEFT JOIN topics t USING (topic) WHERE l.topic IN (${topics})
    ), taken AS (
      UPDATE run_leases l SET execution = ${holder}, until = now() + make_interval(secs => ${leaseSeconds}),
        fencing_token = l.fencing_token + CASE WHEN l.execution = ${holder} THEN 0 ELSE 1 END,
        taken_at = CASE WHEN l.execution = ${holder} THEN l.taken_at ELSE now() END
      FROM asked a WHERE a.topic = l.topic AND a.refusal IS NULL
      RETURNING l.topic, l.fencing_token
    )
    SELECT a.topic, n.fencing_token AS token, a.refusal FROM asked a LEFT JOIN taken n USING (topic) ORDER BY a.topic`)
  return {
    taken: rows.flatMap((r) => (r.token === null ? [] : [{ topic: r.topic, token: Number(r.token) }])),
    refused: rows.flatMap((r) => (r.token === null ? [{ topic: r.topic, outcome: r.refusal }] : [])),
  }
}
