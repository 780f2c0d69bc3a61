import type { ContractComparison } from '@lean-ops/common/contract/contracts'
import type { Database } from '@lean-ops/common/control-plane/connect'
import { findActiveModel } from '@lean-ops/common/control-plane/contracts/find-active-model'
import { getContractVersion } from '@lean-ops/common/control-plane/contracts/get-contract'
import { compareContracts } from '@lean-ops/common/odcs/compare-contracts'

/** Compares two versions; `from` omitted = what the jobs obey, or nothing while the gate has never opened. */
export async function diffVersions(
  db: Database,
  topic: string,
  /** Hash of the topic's newest version. */
  newest: string,
  { from, to }: { from?: string | undefined; to?: string | undefined },
): Promise<ContractComparison> {
  const after = await getContractVersion(db, topic, to ?? newest)
  const before =
    from === undefined ? await findActiveModel(db, topic) : (await getContractVersion(db, topic, from)).model
  return compareContracts(before, after.model)
}
