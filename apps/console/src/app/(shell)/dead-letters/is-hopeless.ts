import { isFailureCode } from '@lean-ops/common/contract/failure-catalogue'
import { remedies } from '@lean-ops/common/contract/remedies'

/** Whether messages with this code would fail again unchanged: one click must not offer that. */
export function isHopeless(code: string): boolean {
  return isFailureCode(code) && remedies[code].safeToReplay === 'no'
}
