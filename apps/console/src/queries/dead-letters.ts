import type { DeadLetterFilter } from '@lean-ops/common/contract/dead-letter-filter'
import type {
  DeadLetterDetail,
  DeadLetterEvent,
  DeadLetterPage,
  Facets,
  GroupList,
  Histogram,
} from '@lean-ops/common/contract/dead-letter-query'
import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query'
import { callApi } from './call-api.ts'
import { pollEvery } from './poll-every.ts'

/** Stands in for the contract's type until it has landed. */
export type DeadLetterBody = {
  kind: string
  text: string
  sizeBytes: number
  isMasked: boolean
  isCut: boolean
}

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
  const query = filterQuery(filter)
  return queryOptions({
    queryKey: [...deadLetterKeys.all, 'head', query],
    queryFn: ({ signal }) => callApi<DeadLetterPage>(`/dead-letters?${query}&limit=1`, { signal }),
    refetchInterval: pollEvery(10_000),
  })
}

export function groupsQuery(filter: DeadLetterFilter) {
  const query = filterQuery(filter)
  return queryOptions({
    queryKey: [...deadLetterKeys.all, 'groups', query],
    queryFn: ({ signal }) => callApi<GroupList>(`/dead-letters/groups?${query}`, { signal }),
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
    queryFn: ({ signal }) => callApi<DeadLetterDetail>(`/dead-letters/${id}`, { signal }),
    refetchInterval: pollEvery(10_000),
  })
}

export function bodyQuery(id: string) {
  return queryOptions({
    queryKey: [...deadLetterKeys.all, 'body', id],
    queryFn: ({ signal }) => callApi<DeadLetterBody>(`/dead-letters/${id}/body`, { signal }),
    staleTime: 60_000,
    gcTime: 60_000,
  })
}

export function historyQuery(id: string) {
  return queryOptions({
    queryKey: [...deadLetterKeys.all, 'history', id],
    queryFn: ({ signal }) =>
      callApi<{ events: DeadLetterEvent[] }>(`/dead-letters/${id}/history`, { signal }),
  })
}
