import { sql } from 'drizzle-orm'
import type { RunLayer } from '../../contract/run.ts'
import type { Database } from '../connect.ts'

export type Checkpoint = {
  topic: string
  layer: RunLayer
  passSeq: number
  sourceSnapshotId: bigint | null
  sourceRows: number | null
  sourceSeq: number | null
  recomputedSeq: number
  /** Curated: newest pass that wrote rows. */
  writtenSeq: number
  headSnapshotId: bigint | null
  headRows: number | null
  contractSha256: string
}

/** Checkpoints of both layers of the given topics, in one query. A topic that was never processed has none; an error is thrown, never taken for that. */
export async function listCheckpoints(
  db: Pick<Database, 'execute'>,
  topics: readonly string[],
): Promise<Checkpoint[]> {
  const { rows } = await db.execute<Row>(sql`
    SELECT topic, layer, pass_seq, source_snapshot_id, source_rows, source_seq, recomputed_seq, written_seq, head_snapshot_id, head_rows,
      contract_sha256 FROM checkpoints WHERE topic = ANY (${sql.param([...topics])}::text[])`)
  return rows.map((r) => ({
    topic: r.topic,
    layer: r.layer,
    passSeq: Number(r.pass_seq),
    sourceSnapshotId: bigOrNull(r.source_snapshot_id),
    sourceRows: numberOrNull(r.source_rows),
    sourceSeq: numberOrNull(r.source_seq),
    recomputedSeq: Number(r.recomputed_seq),
    writtenSeq: Number(r.written_seq),
    headSnapshotId: bigOrNull(r.head_snapshot_id),
    headRows: numberOrNull(r.head_rows),
    contractSha256: r.contract_sha256,
  }))
}

/** PostgreSQL's bigint arrives as text, so that nothing is rounded. */
type Row = {
  topic: string
  layer: RunLayer
  pass_seq: string
  source_snapshot_id: string | null
  source_rows: string | null
  source_seq: string | null
  recomputed_seq: string
  written_seq: string
  head_snapshot_id: string | null
  head_rows: string | null
  contract_sha256: string
}

const bigOrNull = (text: string | null): bigint | null => (text === null ? null : BigInt(text))
const numberOrNull = (text: string | null): number | null => (text === null ? null : Number(text))
