import { sql } from 'drizzle-orm'
import type { ContractState } from '../../contract/contract-state.ts'
import { AppError } from '../../errors/app-error.ts'
import type { ContractModel } from '../../odcs/contract-model.ts'
import type { Database } from '../connect.ts'

export type ContractPair = {
  candidate: { sha256: string; version: string; state: ContractState; model: ContractModel }
  /** What the jobs obey now; undefined while the gate has never opened. */
  current: { sha256: string; version: string; model: ContractModel } | undefined
}

/** A version beside the one that it would replace. Throws NOT_FOUND for a version that is not known. */
export async function findContractPair(
  db: Pick<Database, 'execute'>,
  topic: string,
  sha256: string,
): Promise<ContractPair> {
  const { rows } = await db.execute<{
    sha256: string
    version: string
    state: ContractState
    model: ContractModel
  }>(sql`
    SELECT sha256, version, state, model FROM contract_versions
    WHERE topic = ${topic} AND (sha256 = ${sha256} OR state IN ('active', 'ahead_of_git'))`)
  const candidate = rows.find((row) => row.sha256 === sha256)
  if (!candidate)
    throw new AppError('NOT_FOUND', 'There is no such version of this contract.', {
      context: { topic, sha256 },
    })
  return {
    candidate,
    current: rows.find((row) => row.state === 'active' || row.state === 'ahead_of_git'),
  }
}
