import { sql } from 'drizzle-orm'
import type { ContractModel } from '../../odcs/contract-model.ts'
import type { Database } from '../connect.ts'

export type Rebuild = {
  topic: string
  /** Above every pass of both layers. */
  passSeq: number
  /** Snapshot of RAW that curated has read up to. Text: 64 bits. */
  rawSnapshot: string
  contract: ContractModel
  contractVersion: string
  contractSha256: string
}

/** What a rebuild of a topic reads and writes; `why` where there is nothing to rebuild yet, or a held pass waits on a branch of the tables. */
export async function findRebuild(
  db: Pick<Database, 'execute'>,
  topic: string,
): Promise<Rebuild | { why: string }> {
  const { rows } = await db.execute<Row>(sql`
    SELECT c.model, c.version, c.sha256, k.source_snapshot_id::text AS raw,
      greatest((SELECT max(seq) FROM run_passes WHERE topic = ${topic}), (SELECT max(pass_seq) FROM checkpoints WHERE topic = ${topic})) AS seq,
      EXISTS (SELECT 1 FROM run_passes WHERE topic = ${topic} AND state = 'HELD') AS is_held
    FROM contract_versions c LEFT JOIN checkpoints k ON k.topic = c.topic AND k.layer = 'curated'
    WHERE c.topic = ${topic} AND (c.state IN ('active', 'ahead_of_git') OR (c.state = 'draft' AND c.source = 'git'))
    ORDER BY (c.state = 'draft') LIMIT 1`)
  const row = rows[0]
  if (!row) return { why: 'no contract names the topic' }
  if (row.raw === null) return { why: 'nothing of it has reached curated yet' }
  if (row.is_held) return { why: 'a held pass waits: release or discard it first' }
  return {
    topic,
    passSeq: Number(row.seq ?? 0) + 1,
    rawSnapshot: row.raw,
    contract: row.model,
    contractVersion: row.version,
    contractSha256: row.sha256,
  }
}

type Row = {
  model: ContractModel
  version: string
  sha256: string
  raw: string | null
  seq: string | null
  is_held: boolean
}
