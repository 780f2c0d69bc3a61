import { sql } from 'drizzle-orm'
import type { Database } from '../connect.ts'

/** Up to where a topic's account can be closed: what its layers have processed. Absent = nothing yet. */
export type AccountBounds = {
  /** Snapshot of RAW that curated has read up to. Text: 64 bits. */
  rawSnapshot?: string
  /** Curated pass that semantic has read up to; what came later waits, it is not lost. */
  semanticSeq?: number
  isGateOpen: boolean
}

export async function findAccountBounds(
  db: Pick<Database, 'execute'>,
  topic: string,
): Promise<AccountBounds> {
  const { rows } = await db.execute<{ raw: string | null; seq: string | null; open: boolean }>(sql`
    SELECT (SELECT source_snapshot_id::text FROM checkpoints WHERE topic = ${topic} AND layer = 'curated') AS raw,
      (SELECT source_seq::text FROM checkpoints WHERE topic = ${topic} AND layer = 'semantic') AS seq,
      EXISTS (SELECT 1 FROM contract_versions WHERE topic = ${topic} AND state IN ('active', 'ahead_of_git')
        AND jsonb_array_length(model -> 'columns') > 0) AS open`)
  const row = rows[0]
  return {
    ...(row?.raw ? { rawSnapshot: row.raw } : {}),
    ...(row?.seq ? { semanticSeq: Number(row.seq) } : {}),
    isGateOpen: row?.open ?? false,
  }
}
