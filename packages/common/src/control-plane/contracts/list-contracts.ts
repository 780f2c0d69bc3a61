import { type SQL, sql } from 'drizzle-orm'
import type { ContractSource, ContractState } from '../../contract/contract-state.ts'
import type { ContractRow, ContractVersion } from '../../contract/contracts.ts'
import type { OperationActor } from '../../contract/operation.ts'
import type { Database } from '../connect.ts'
import type { OwnerScope } from '../dead-letters/filter-to-sql.ts'
import { isoOrNull } from '../iso-or-null.ts'

type Request = {
  owners: OwnerScope
  state?: ContractState
  topic?: string
  /** Topic after which the page starts. */
  after?: string
  limit: number
}

/** Topics with the version the jobs obey and the newest draft beside it, by name: one query for all. */
export async function listContracts(db: Pick<Database, 'execute'>, request: Request): Promise<ContractRow[]> {
  const { owners, state, topic, after } = request
  const where = [
    owners === '*' ? undefined : sql`t.owner = ANY (${sql.param([...owners])}::text[])`,
    topic === undefined ? undefined : sql`t.topic = ${topic}`,
    after === undefined ? undefined : sql`t.topic > ${after}`,
    state === undefined ? undefined : sql`${state} IN (a.state, d.state)`,
  ].filter((c) => c !== undefined)
  const condition = where.length === 0 ? sql`true` : sql.join(where, sql` AND `)
  const { rows } = await db.execute<{
    topic: string
    owner: string
    active: VersionRow | null
    draft: VersionRow | null
    findings: number
  }>(sql`
    SELECT t.topic, t.owner, to_jsonb(a) AS active, to_jsonb(d) AS draft, coalesce(f.n, 0)::int AS findings
    FROM topics t
    LEFT JOIN LATERAL (SELECT ${versionColumns} FROM contract_versions c LEFT JOIN contract_what_ifs w USING (topic, sha256)
      WHERE c.topic = t.topic AND c.state IN ('active', 'ahead_of_git')) AS a ON true
    LEFT JOIN LATERAL (SELECT ${versionColumns} FROM contract_versions c LEFT JOIN contract_what_ifs w USING (topic, sha256)
      WHERE c.topic = t.topic AND c.state = 'draft' ORDER BY c.created_at DESC, c.sha256 LIMIT 1) AS d ON true
    LEFT JOIN (SELECT topic, count(*) AS n FROM drift_findings WHERE state = 'open' GROUP BY topic) AS f ON f.topic = t.topic
    WHERE t.removed_at IS NULL AND ${condition} ORDER BY t.topic LIMIT ${request.limit}`)
  return rows.map((row) => {
    const active = row.active && toContractVersion(row.active)
    return {
      topic: row.topic,
      owner: row.owner,
      active,
      draft: row.draft && toContractVersion(row.draft),
      isGateOpen: active !== null && active.columns > 0,
      isAheadOfGit: active?.state === 'ahead_of_git',
      findingsOpen: row.findings,
    }
  })
}

/** Of `contract_versions c` beside `contract_what_ifs w`; never the text or the model, which are large. */
export const versionColumns: SQL = sql`c.topic, c.sha256, c.version, c.state, c.source, c.git_commit, c.created_at, c.created_by,
  c.activated_at, c.activated_by, c.superseded_at, c.migrated_at, c.migration_verified_at, c.row_version,
  c.model ->> 'status' AS status, jsonb_array_length(c.model -> 'columns') AS columns, w.at AS what_if_at`

export type VersionRow = {
  topic: string
  sha256: string
  version: string
  state: ContractState
  source: ContractSource
  git_commit: string | null
  created_at: string | Date
  created_by: OperationActor | null
  activated_at: string | Date | null
  activated_by: OperationActor | null
  superseded_at: string | Date | null
  migrated_at: string | Date | null
  migration_verified_at: string | Date | null
  row_version: number
  status: 'draft' | 'active'
  columns: number
  what_if_at: string | Date | null
}

const time = (at: string | Date | null): string | null => isoOrNull(at === null ? null : new Date(at))

export const toContractVersion = (row: VersionRow): ContractVersion => ({
  topic: row.topic,
  sha256: row.sha256,
  version: row.version,
  state: row.state,
  source: row.source,
  status: row.status,
  columns: row.columns,
  gitCommit: row.git_commit,
  createdAt: new Date(row.created_at).toISOString(),
  createdBy: row.created_by && { id: row.created_by.id, name: row.created_by.name },
  activatedAt: time(row.activated_at),
  activatedBy: row.activated_by && { id: row.activated_by.id, name: row.activated_by.name },
  supersededAt: time(row.superseded_at),
  migratedAt: time(row.migrated_at),
  migrationVerifiedAt: time(row.migration_verified_at),
  rowVersion: row.row_version,
  whatIfAt: time(row.what_if_at),
})
