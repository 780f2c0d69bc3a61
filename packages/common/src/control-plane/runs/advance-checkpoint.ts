import { sql } from 'drizzle-orm'
import type { PassResult } from '../../messages/pass-result.ts'
import type { Database } from '../connect.ts'
import type { LockedPass, PassToSettle } from './settle-pass.ts'

/**
 * Moves the checkpoint of a layer past a pass, with its history and the topic's heads. Part of {@link settlePass}: the
 * caller holds the lease's lock. A checkpoint never goes back to an older pass.
 */
export async function advanceCheckpoint(
  tx: Pick<Database, 'execute'>,
  { passId, execution, token }: PassToSettle,
  pass: LockedPass,
  result: PassResult,
): Promise<void> {
  const isCurated = pass.layer === 'curated'
  const head = (isCurated ? result.snapshots.versions : result.snapshots.semantic) ?? null
  const headRows = (isCurated ? result.rows.versions : result.rows.semantic) ?? null
  const source = isCurated ? pass.to_snapshot_id : pass.source_snapshot_id
  const written = isCurated && hasWritten(result) ? pass.seq : 0
  const recomputed = isCurated && pass.mode === 'recompute' ? pass.seq : 0
  await tx.execute(sql`
    INSERT INTO checkpoints AS k (topic, layer, pass_seq, pass_id, source_snapshot_id, source_rows, source_seq, recomputed_seq,
      written_seq, head_snapshot_id, head_rows, contract_version, contract_sha256)
    VALUES (${pass.topic}, ${pass.layer}, ${pass.seq}, ${passId}, ${source}, ${pass.source_rows}, ${pass.to_seq}, ${recomputed},
      ${written}, ${head}, ${headRows}, ${pass.contract_version}, ${pass.contract_sha256})
    ON CONFLICT (topic, layer) DO UPDATE SET pass_seq = excluded.pass_seq, pass_id = excluded.pass_id,
      source_snapshot_id = excluded.source_snapshot_id, source_rows = excluded.source_rows, source_seq = excluded.source_seq,
      recomputed_seq = greatest(k.recomputed_seq, excluded.recomputed_seq),
      written_seq = greatest(k.written_seq, excluded.written_seq),
      -- A pass that found nothing to write names no head: the former one still holds.
      head_snapshot_id = coalesce(excluded.head_snapshot_id, k.head_snapshot_id), head_rows = coalesce(excluded.head_rows, k.head_rows),
      contract_version = excluded.contract_version, contract_sha256 = excluded.contract_sha256, updated_at = now()
    WHERE k.pass_seq < excluded.pass_seq`)
  await tx.execute(sql`
    INSERT INTO checkpoint_history (topic, layer, pass_seq, pass_id, execution, fencing_token, source_snapshot_id, source_rows,
      source_seq, head_snapshot_id, head_rows, contract_version)
    SELECT topic, layer, pass_seq, pass_id, ${execution}, ${token}, source_snapshot_id, source_rows, source_seq, head_snapshot_id,
      head_rows, contract_version FROM checkpoints WHERE topic = ${pass.topic} AND layer = ${pass.layer}
    ON CONFLICT DO NOTHING`)
  await tx.execute(
    isCurated ? curatedHead(pass, result, head, headRows) : semanticHead(pass, result, head, headRows),
  )
  // The first pass that wrote under this contract has shown that its tables are as it says.
  await tx.execute(sql`
    UPDATE contract_versions SET migration_verified_at = now(), migrated_at = coalesce(migrated_at, now())
    WHERE topic = ${pass.topic} AND sha256 = ${pass.contract_sha256} AND migration_verified_at IS NULL AND ${!isCurated}`)
}

/** What came while the pass ran is as old as its plan, at most: the honest end of an unknown age. */
const curatedHead = (pass: LockedPass, result: PassResult, head: string | null, rows: number | null) => sql`
  UPDATE topic_status SET curated_snapshot_id = coalesce(${head}::bigint, curated_snapshot_id), curated_rows = coalesce(${rows}::bigint, curated_rows),
    curated_committed_at = ${result.finishedAt}, curated_collected_at = now(),
    curated_behind_since = CASE WHEN raw_snapshot_id IS DISTINCT FROM ${pass.to_snapshot_id}::bigint THEN ${pass.planned_at}::timestamptz END
  WHERE topic = ${pass.topic}`

const semanticHead = (pass: LockedPass, result: PassResult, head: string | null, rows: number | null) => sql`
  UPDATE topic_status SET semantic_snapshot_id = coalesce(${head}::bigint, semantic_snapshot_id), semantic_rows = coalesce(${rows}::bigint, semantic_rows),
    semantic_committed_at = ${result.finishedAt}, semantic_collected_at = now()
  WHERE topic = ${pass.topic}`

const hasWritten = ({ state, counts }: PassResult): boolean => state === 'succeeded' && counts.versions !== 0
