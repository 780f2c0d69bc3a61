import { sql } from 'drizzle-orm'
import type { ContractDetail, ContractVersion } from '../../contract/contracts.ts'
import type { WhatIf } from '../../contract/what-if.ts'
import { AppError } from '../../errors/app-error.ts'
import type { ContractModel } from '../../odcs/contract-model.ts'
import type { Database } from '../connect.ts'
import type { OwnerScope } from '../dead-letters/filter-to-sql.ts'
import { listContracts, toContractVersion, type VersionRow, versionColumns } from './list-contracts.ts'

const versionsMax = 200

/** A topic's contract with its versions, newest first. Throws NOT_FOUND, also for a topic that the reader may not see. */
export async function getContract(
  db: Pick<Database, 'execute'>,
  topic: string,
  owners: OwnerScope,
): Promise<ContractDetail> {
  const [contract] = await listContracts(db, { owners, topic, limit: 1 })
  if (!contract) throw new AppError('NOT_FOUND', `There is no contract "${topic}" that you may see.`)
  const { rows } = await db.execute<VersionRow & Record<string, unknown>>(sql`
    SELECT ${versionColumns} FROM contract_versions c LEFT JOIN contract_what_ifs w USING (topic, sha256)
    WHERE c.topic = ${topic} ORDER BY c.created_at DESC, c.sha256 LIMIT ${versionsMax}`)
  return { contract, versions: rows.map(toContractVersion) }
}

export type WholeVersion = {
  version: ContractVersion
  yaml: string
  model: ContractModel
  whatIf: WhatIf | null
}

/**
 * One version, whole, by its number (`1.2.0`: the newest text of it) or the first 8 or more characters of its hash. Throws NOT_FOUND.
 * Ask `getContract` first whether the reader may see the topic.
 */
export async function getContractVersion(
  db: Pick<Database, 'execute'>,
  topic: string,
  name: string,
): Promise<WholeVersion> {
  const isHash = /^[0-9a-f]{8,64}$/.test(name)
  const { rows } = await db.execute<
    VersionRow & { yaml: string; model: ContractModel; result: WhatIf | null } & Record<string, unknown>
  >(sql`
    SELECT ${versionColumns}, c.yaml, c.model, w.result
    FROM contract_versions c LEFT JOIN contract_what_ifs w USING (topic, sha256)
    WHERE c.topic = ${topic} AND ${isHash ? sql`starts_with(c.sha256, ${name})` : sql`c.version = ${name}`}
    ORDER BY c.state IN ('active', 'ahead_of_git') DESC, c.created_at DESC, c.sha256 LIMIT 1`)
  const row = rows[0]
  if (!row) throw new AppError('NOT_FOUND', `There is no version ${name} of the contract of ${topic}.`)
  return { version: toContractVersion(row), yaml: row.yaml, model: row.model, whatIf: row.result }
}
