import type { DeadLetterFilter } from '@lean-ops/common/contract/dead-letter-filter'
import type {
  DeadLetterEvent,
  DeadLetterPage,
  Facets,
  GroupList,
  Histogram,
} from '@lean-ops/common/contract/dead-letter-query'
import type { DeadLetterBodyView, DeadLetterView } from '@lean-ops/common/contract/dead-letter-requests'
import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query'
import { callApi } from './call-api.ts'
import { pollEvery } from './poll-every.ts'

/** The filter as a query string, keys in a fixed order: the same filter is the same cache entry. */
export function filterQuery(filter: DeadLetterFilter): string {
  const query = new URLSearchParams()
  for (const [key, value] of Object.entries(filter).sort(([a], [b]) => a.localeCompare(b))) {
    if (value === undefined) continue
    for (const one of Array.isArray(value) ? value : [value]) query.append(key, String(one))
  }
  return query.toString()
}

export const deadLetterKeys = { all: ['dead-letters'] as const }
const pageSize = 50

export const groupsRead = (filter: DeadLetterFilter) => ({
  queryKey: [...deadLetterKeys.all, 'groups', filterQuery(filter)] as const,
  path: `/dead-letters/groups?${filterQuery(filter)}`,
})
export const headRead = (filter: DeadLetterFilter) => ({
  queryKey: [...deadLetterKeys.all, 'head', filterQuery(filter)] as const,
  path: `/dead-letters?${filterQuery(filter)}&limit=1`,
})

export function deadLetterListQuery(filter: DeadLetterFilter) {
  const query = filterQuery(filter)
  return infiniteQueryOptions({
    queryKey: [...deadLetterKeys.all, 'list', query],
    queryFn: ({ signal, pageParam }) =>
      callApi<DeadLetterPage>(
        `/dead-letters?${query}&limit=${pageSize}${pageParam ? `&cursor=${encodeURIComponent(pageParam)}` : ''}`,
        { signal },
      ),
    initialPageParam: '',
    getNextPageParam: (page) => page.nextCursor ?? undefined,
    placeholderData: keepPreviousData,
    // Rows do not shift under the reader: what is new is counted by `deadLetterHeadQuery` and put in on a click.
    staleTime: Number.POSITIVE_INFINITY,
  })
}

/** The newest row and the count, to notice that there are new ones. */
export function deadLetterHeadQuery(filter: DeadLetterFilter) {
  const { queryKey, path } = headRead(filter)
  return queryOptions({
    queryKey,
    queryFn: ({ signal }) => callApi<DeadLetterPage>(path, { signal }),
    refetchInterval: pollEvery(10_000),
  })
}

export function groupsQuery(filter: DeadLetterFilter) {
  const { queryKey, path } = groupsRead(filter)
  return queryOptions({
    queryKey,
    queryFn: ({ signal }) => callApi<GroupList>(path, { signal }),
    placeholderData: keepPreviousData,
    refetchInterval: pollEvery(10_000),
  })
}

export function histogramQuery(filter: DeadLetterFilter) {
  const query = filterQuery(filter)
  return queryOptions({
    queryKey: [...deadLetterKeys.all, 'histogram', query],
    queryFn: ({ signal }) => callApi<Histogram>(`/dead-letters/histogram?${query}`, { signal }),
    placeholderData: keepPreviousData,
    refetchInterval: pollEvery(30_000),
  })
}

export function facetsQuery(filter: DeadLetterFilter) {
  const query = filterQuery(filter)
  return queryOptions({
    queryKey: [...deadLetterKeys.all, 'facets', query],
    queryFn: ({ signal }) => callApi<Facets>(`/dead-letters/facets?${query}`, { signal }),
    placeholderData: keepPreviousData,
    staleTime: 30_000,
  })
}

export function deadLetterQuery(id: string) {
  return queryOptions({
    queryKey: [...deadLetterKeys.all, 'one', id],
    queryFn: ({ signal }) => callApi<DeadLetterView>(`/dead-letters/${id}`, { signal }),
    refetchInterval: pollEvery(10_000),
  })
}

/** How much of a body is shown at first, and at most; more is a download. In characters. */
export const bodyCharacters = { first: 262_144, most: 2_000_000 } as const

/** Never kept after it is out of sight: a body may be unmasked. */
export function bodyQuery(id: string, charactersMax: number) {
  return queryOptions({
    queryKey: [...deadLetterKeys.all, 'body', id, charactersMax],
    queryFn: ({ signal }) =>
      callApi<DeadLetterBodyView>(`/dead-letters/${id}/body?charactersMax=${charactersMax}`, { signal }),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  })
}

/** Shows one message in clear to this person for fifteen minutes. Audited with the reason. */
export function unmaskDeadLetter(id: string, reason: string): Promise<{ expiresAt: string }> {
  return callApi<{ expiresAt: string }>(`/dead-letters/${id}/unmask`, { method: 'POST', body: { reason } })
}

export function historyQuery(id: string) {
  return queryOptions({
    queryKey: [...deadLetterKeys.all, 'history', id],
    queryFn: ({ signal }) =>
      callApi<{ events: DeadLetterEvent[] }>(`/dead-letters/${id}/history`, { signal }),
  })
}
