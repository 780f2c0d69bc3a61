import { sql } from 'drizzle-orm'
import type { Database } from '../connect.ts'
import { repeatOnConflict } from '../repeat-on-conflict.ts'
import type { TakenLease } from '../runs/take-leases.ts'

type Refused = { topic: string; by: 'run' | 'person' | 'registry' }

/**
 * Takes the leases of topics for work that is no run: nothing is planned or committed there meanwhile. The same holder keeps
 * its token, a new one gets a greater one. Refused are topics that a run holds, that a person paused, or that no contract names.
 */
export async function leaseTopics(
  db: Database,
  request: { holder: string; topics: readonly string[]; leaseSeconds: number },
): Promise<{ taken: TakenLease[]; refused: Refused[] }> {
  const { holder, topics, leaseSeconds } = request
  const wanted = sql`unnest(${sql.param([...new Set(topics)].sort())}::text[])`
  return repeatOnConflict(() =>
    db.transaction(async (tx) => {
      await tx.execute(
        sql`INSERT INTO run_leases (topic) SELECT topic FROM ${wanted} AS w (topic) ORDER BY topic ON CONFLICT DO NOTHING`,
      )
      await tx.execute(
        sql`SELECT 1 FROM run_leases WHERE topic IN (SELECT * FROM ${wanted}) ORDER BY topic FOR UPDATE`,
      )
      const { rows } = await tx.execute<{ topic: string; token: string | null; by: Refused['by'] }>(sql`
        WITH asked AS (
          SELECT l.topic, CASE WHEN t.topic IS NULL OR t.removed_at IS NOT NULL THEN 'registry'
              WHEN t.is_processing_paused THEN 'person'
              WHEN l.execution <> ${holder} AND l.until > now() THEN 'run' END AS by
          FROM run_leases l LEFT JOIN topics t USING (topic) WHERE l.topic IN (SELECT * FROM ${wanted})
        ), taken AS (
          UPDATE run_leases l SET execution = ${holder}, until = now() + make_interval(secs => ${leaseSeconds}),
            fencing_token = l.fencing_token + CASE WHEN l.execution = ${holder} THEN 0 ELSE 1 END,
            taken_at = CASE WHEN l.execution = ${holder} THEN l.taken_at ELSE now() END
          FROM asked a WHERE a.topic = l.topic AND a.by IS NULL RETURNING l.topic, l.fencing_token
        )
        SELECT a.topic, n.fencing_token AS token, a.by FROM asked a LEFT JOIN taken n USING (topic) ORDER BY a.topic`)
      return {
        taken: rows.flatMap((r) => (r.token === null ? [] : [{ topic: r.topic, token: Number(r.token) }])),
        refused: rows.flatMap((r) => (r.token === null ? [{ topic: r.topic, by: r.by }] : [])),
      }
    }),
  )
}
