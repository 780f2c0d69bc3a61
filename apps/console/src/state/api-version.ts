import { apiVersion } from '@lean-ops/common/contract/api-conventions'

let isOther = false
const listeners = new Set<() => void>()

/** Compares the version that an answer of the API names with the one this page was built for. */
export function noteApiVersion(version: string | null) {
  const next = version !== null && version !== apiVersion
  if (version === null || next === isOther) return
  isOther = next
  for (const listener of listeners) listener()
}

/** Whether the API is of another version than this page: the page is then from before (or after) a deploy. */
export const apiVersionStore = {
  subscribe(listener: () => void) {
    listeners.add(listener)
    return () => {
      listeners.delete(listener)
    }
  },
  get: (): boolean => isOther,
}
