import type { ContractText } from '@lean-ops/common/contract/contracts'
import { allowedOwners, isAllowed } from '@lean-ops/common/contract/permissions'
import type { WhatIf } from '@lean-ops/common/contract/what-if'
import type { Database } from '@lean-ops/common/control-plane/connect'
import { getContract, getContractVersion } from '@lean-ops/common/control-plane/contracts/get-contract'
import { maskToken } from '@lean-ops/common/masking/mask-json-text'
import type { Actor } from '../app-env.ts'

/** One version whole. The samples of its what-if show values only to who may read payloads. Throws NOT_FOUND. */
export async function viewVersion(
  db: Database,
  actor: Actor,
  topic: string,
  name: string,
): Promise<ContractText> {
  const { contract } = await getContract(db, topic, allowedOwners(actor.grants, 'topic:read'))
  const { version, yaml, whatIf } = await getContractVersion(db, topic, name)
  const mayRead = isAllowed(actor.grants, 'payload:read', contract.owner)
  return { version, yaml, whatIf: whatIf === null || mayRead ? whatIf : hideValues(whatIf) }
}

function hideValues(whatIf: WhatIf): WhatIf {
  const hide = (samples: WhatIf['samples']['heals']) =>
    samples.map((sample) => ({
      ...sample,
      fields: sample.fields.map((f) => ({
        column: f.column,
        before: f.before === null ? null : maskToken,
        after: f.after === null ? null : maskToken,
      })),
    }))
  const { heals, newlyFails, changesValue } = whatIf.samples
  return {
    ...whatIf,
    // What fails and heals says kinds and names, never a value; a changed value is one.
    samples: { heals, newlyFails, changesValue: hide(changesValue) },
  }
}
