import type { WhatIfFate } from '@lean-ops/common/contract/what-if'
import type { ContractModel } from '@lean-ops/common/odcs/contract-model'
import { type BodyVerdict, judgeBody } from '@lean-ops/common/odcs/judge-body'
import type { FieldFault } from '@lean-ops/common/odcs/validate-row'

export type ChangeVerdict = {
  fate: WhatIfFate
  /** Faults of the version that refuses the row: the candidate's when it newly fails, the current one's when it heals. */
  faults: readonly FieldFault[]
  /** Columns of both versions whose value becomes another one. */
  changed: readonly { column: string; before: string | null; after: string | null }[]
}

/** What exchanging `current` for `candidate` does to one body. Undefined current = the topic has no version yet: its gate is closed. */
export function judgeChange(
  body: string,
  current: ContractModel | undefined,
  candidate: ContractModel,
): ChangeVerdict {
  const after = judgeBody(body, { ...candidate, status: 'active' })
  if (after.stage === 'ingest' || after.verdict === null) return verdict('unreadable')
  const before: BodyVerdict | undefined = current && judgeBody(body, current)
  const earlier = before?.stage === 'semantic' ? before.verdict : null
  if (earlier === null)
    return after.verdict.passes ? verdict('enters') : verdict('newlyFails', after.verdict.faults)
  if (!after.verdict.passes)
    return earlier.passes ? verdict('newlyFails', after.verdict.faults) : verdict('stillFails')
  if (!earlier.passes) return verdict('heals', earlier.faults)
  const { values } = after.verdict
  const changed = Object.entries(earlier.values).flatMap(([column, old]) => {
    const now = values[column]
    return now === undefined || now === old ? [] : [{ column, before: old, after: now }]
  })
  return { fate: changed.length > 0 ? 'changesValue' : 'unchanged', faults: [], changed }
}

const verdict = (fate: WhatIfFate, faults: readonly FieldFault[] = []): ChangeVerdict => ({
  fate,
  faults,
  changed: [],
})
