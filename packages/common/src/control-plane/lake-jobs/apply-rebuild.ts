import { sql } from 'drizzle-orm'
import { AppError } from '../../errors/app-error.ts'
import { bumpVersion } from '../bump-version.ts'
import type { Database } from '../connect.ts'
import { repeatOnConflict } from '../repeat-on-conflict.ts'

export type Swapped = {
  topic: string
  holder: string
  taskId: string
  passSeq: number
  contractVersion: string
  contractSha256: string
  /** Head of `__versions`, and of the semantic table where the gate is open. Text: 64 bits. */
  versions: { snapshotId: string; rows: number }
  semantic: { snapshotId: string; rows: number } | null
}

/**
 * Makes the checkpoints of both layers follow a rebuild whose rows are in the live tables: they stand at its pass, whose
 * rows carry its number. Passes that had failed before are part of it and are closed. Throws CONFLICT when the holder has
 * lost the topic. Applying it again changes nothing.
 */
export async function applyRebuild(db: Database, swapped: Swapped): Promise<void> {
  const { topic, taskId, passSeq, versions, semantic } = swapped
  await repeatOnConflict(() =>
    db.transaction(async (tx) => {
      const { rows: lease } = await tx.execute<{ token: string }>(sql`
        SELECT fencing_token AS token FROM run_leases WHERE topic = ${topic} AND execution = ${swapped.holder} FOR UPDATE`)
      const token = lease[0]?.token
      if (token === undefined)
        throw new AppError('CONFLICT', 'the topic was given to another run meanwhile', { context: { topic } })
      const base = sql`pass_seq = ${passSeq}, pass_id = ${taskId}, contract_version = ${swapped.contractVersion},
        contract_sha256 = ${swapped.contractSha256}, updated_at = now()`
      const { rows } = await tx.execute(sql`
        UPDATE checkpoints SET ${base}, written_seq = ${passSeq}, recomputed_seq = ${passSeq},
          head_snapshot_id = ${versions.snapshotId}::bigint, head_rows = ${versions.rows}
        WHERE topic = ${topic} AND layer = 'curated' AND pass_seq < ${passSeq} RETURNING 1`)
      if (rows.length === 0) return
      await tx.execute(sql`
        UPDATE topic_status SET curated_snapshot_id = ${versions.snapshotId}::bigint, curated_rows = ${versions.rows} WHERE topic = ${topic}`)
      if (semantic !== null) {
        await tx.execute(sql`
          INSERT INTO checkpoints AS k (topic, layer, pass_seq, pass_id, source_snapshot_id, source_rows, source_seq, recomputed_seq,
            written_seq, head_snapshot_id, head_rows, contract_version, contract_sha256)
          VALUES (${topic}, 'semantic', ${passSeq}, ${taskId}, ${versions.snapshotId}::bigint, ${versions.rows}, ${passSeq}, 0, 0,
            ${semantic.snapshotId}::bigint, ${semantic.rows}, ${swapped.contractVersion}, ${swapped.contractSha256})
          ON CONFLICT (topic, layer) DO UPDATE SET pass_seq = excluded.pass_seq, pass_id = excluded.pass_id,
            source_snapshot_id = excluded.source_snapshot_id, source_rows = excluded.source_rows, source_seq = excluded.source_seq,
            head_snapshot_id = excluded.head_snapshot_id, head_rows = excluded.head_rows,
            contract_version = excluded.contract_version, contract_sha256 = excluded.contract_sha256, updated_at = now()`)
        await tx.execute(sql`
          UPDATE topic_status SET semantic_snapshot_id = ${semantic.snapshotId}::bigint, semantic_rows = ${semantic.rows} WHERE topic = ${topic}`)
      }
      await tx.execute(sql`
        INSERT INTO checkpoint_history (topic, layer, pass_seq, pass_id, execution, fencing_token, source_snapshot_id, source_rows,
          source_seq, head_snapshot_id, head_rows, contract_version)
        SELECT topic, layer, pass_seq, pass_id, ${swapped.holder}, ${token}, source_snapshot_id, source_rows, source_seq,
          head_snapshot_id, head_rows, contract_version FROM checkpoints WHERE topic = ${topic} AND pass_id = ${taskId}
        ON CONFLICT DO NOTHING`)
      await tx.execute(sql`
        UPDATE run_passes SET state = 'DISCARDED', settled_at = now() WHERE topic = ${topic} AND state NOT IN ('SUCCEEDED', 'DISCARDED')`)
      await bumpVersion(tx, 'runs')
      await bumpVersion(tx, 'topics')
    }),
  )
}
