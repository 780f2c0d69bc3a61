import type { QueryClient, QueryKey } from '@tanstack/react-query'

const channelName = 'lean-ops-answers'

type Shared = { queryKey: QueryKey; data: unknown; updatedAt: number }

/** What is polled and the same for all tabs of one person. No bodies: those may be unmasked, and stay in their tab. */
const sharedParts: Readonly<Record<string, ReadonlySet<unknown>>> = {
  'dead-letters': new Set(['head', 'groups', 'histogram']),
  operations: new Set(['one', 'series']),
}

export function isShared(queryKey: QueryKey): boolean {
  const [noun, part] = queryKey
  if (noun === 'pulse' || noun === 'topics' || noun === 'system') return true
  return typeof noun === 'string' && sharedParts[noun]?.has(part) === true
}

/**
 * Hands answers to the other tabs of this browser, and takes theirs for queries that are on this page: forty open tabs
 * ask the API as often as one. Returns what ends it.
 */
export function shareAnswers(queries: QueryClient): () => void {
  if (typeof BroadcastChannel === 'undefined') return () => undefined
  const channel = new BroadcastChannel(channelName)
  const cache = queries.getQueryCache()
  const stop = cache.subscribe((event) => {
    if (event.type !== 'updated' || event.action.type !== 'success' || event.action.manual) return
    const { queryKey, state } = event.query
    if (!isShared(queryKey)) return
    channel.postMessage({ queryKey, data: state.data, updatedAt: state.dataUpdatedAt } satisfies Shared)
  })
  channel.onmessage = ({ data: shared }: MessageEvent<Shared>) => {
    const query = cache.find({ queryKey: shared.queryKey })
    // `isActive` keeps what nobody looks at out; an older answer than ours is of no use.
    if (!query?.isActive() || query.state.dataUpdatedAt >= shared.updatedAt) return
    queries.setQueryData(shared.queryKey, shared.data, { updatedAt: shared.updatedAt })
  }
  return () => {
    stop()
    channel.close()
  }
}
