const lockName = 'lean-ops-poll-leader'

let isLeader = false
let release: (() => void) | undefined
let waiting: AbortController | undefined

/** Whether this tab is the one that polls for all tabs of this browser. Where locks are missing, every tab is. */
export function isPollLeader(): boolean {
  return isLeader || typeof navigator === 'undefined' || !('locks' in navigator)
}

function stand() {
  if (waiting || release) return
  waiting = new AbortController()
  navigator.locks
    .request(lockName, { signal: waiting.signal }, () => {
      isLeader = true
      waiting = undefined
      return new Promise<void>((resolve) => {
        release = resolve
      })
    })
    // Only an abort rejects: the tab was hidden before its turn came.
    .catch(() => undefined)
}

function retire() {
  waiting?.abort()
  waiting = undefined
  release?.()
  release = undefined
  isLeader = false
}

/**
 * Stands for leader while the tab is seen: a hidden tab polls nothing, so that another must take over. A closed or
 * crashed tab loses the lock by itself. Returns what ends it.
 */
export function standForPollLeader(): () => void {
  if (!('locks' in navigator)) return () => undefined
  const follow = () => (document.visibilityState === 'hidden' ? retire() : stand())
  follow()
  document.addEventListener('visibilitychange', follow)
  return () => {
    document.removeEventListener('visibilitychange', follow)
    retire()
  }
}
