import { sql } from 'drizzle-orm'
import type { RunLayer } from '../../contract/run.ts'
import type { Database } from '../connect.ts'

/** A pass whose attempt belongs to a run and is not settled yet; snapshot ids as text, as in the plan. */
export type RunningPass = {
  passId: string
  topic: string
  layer: RunLayer
  seq: number
  token: number
  from: string | null
  to: string | null
  fromSeq: number | null
  toSeq: number | null
  sourceSnapshot: string | null
}

/** The passes that a run has given to a job and whose result is not settled. */
export async function listRunningPasses(
  db: Pick<Database, 'execute'>,
  execution: string,
  layer?: RunLayer,
): Promise<RunningPass[]> {
  const { rows } = await db.execute<{
    pass_id: string
    topic: string
    layer: RunLayer
    seq: string
    fencing_token: string
    from_snapshot_id: string | null
    to_snapshot_id: string | null
    from_seq: string | null
    to_seq: string | null
    source_snapshot_id: string | null
  }>(sql`
    SELECT pass_id, topic, layer, seq, fencing_token, from_snapshot_id, to_snapshot_id, from_seq, to_seq, source_snapshot_id
    FROM run_passes WHERE execution = ${execution} AND state = 'RUNNING' AND layer = coalesce(${layer ?? null}, layer) ORDER BY topic`)
  return rows.map((r) => ({
    passId: r.pass_id,
    topic: r.topic,
    layer: r.layer,
    seq: Number(r.seq),
    token: Number(r.fencing_token),
    from: r.from_snapshot_id,
    to: r.to_snapshot_id,
    fromSeq: r.from_seq === null ? null : Number(r.from_seq),
    toSeq: r.to_seq === null ? null : Number(r.to_seq),
    sourceSnapshot: r.source_snapshot_id,
  }))
}
