import type { DrillProgress, DrillSight } from './drill-steps.ts'

const storageKey = 'lean-ops-drill'

/** undefined: not begun; closed: the reader has sent it away. */
type Kept = DrillProgress | 'closed' | undefined

let kept: Kept | null = null
const listeners = new Set<() => void>()

function read(): Kept {
  const text = localStorage.getItem(storageKey)
  if (text === null) return undefined
  try {
    return JSON.parse(text) as Kept
  } catch {
    return undefined
  }
}

function write(next: DrillProgress | 'closed') {
  kept = next
  localStorage.setItem(storageKey, JSON.stringify(next))
  for (const listener of listeners) listener()
}

/** How far the reader is, in this browser. */
export const drillStore = {
  subscribe(listener: () => void) {
    listeners.add(listener)
    return () => {
      listeners.delete(listener)
    }
  },
  get(): Kept {
    if (kept === null) kept = read()
    return kept
  },
  getServer: (): Kept => 'closed',
  begin: (nowMs: number) => write({ startedAt: new Date(nowMs).toISOString(), seen: [] }),
  close: () => write('closed'),
  see(sight: DrillSight) {
    const now = drillStore.get()
    if (now === undefined || now === 'closed' || now.seen.includes(sight)) return
    write({ ...now, seen: [...now.seen, sight] })
  },
}
