import type { DeadLetterFilter } from '@lean-ops/common/contract/dead-letter-filter'

/** Whether anything beyond "open" narrows what is shown: decides which kind of empty an empty list is. */
export function isNarrowed(filter: DeadLetterFilter): boolean {
  return Object.entries(filter).some(([key, value]) =>
    key === 'status' ? Array.isArray(value) && value.join() !== 'open' : value !== undefined,
  )
}
