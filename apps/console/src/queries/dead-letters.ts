import type { DeadLetterRow, FingerprintPart } from '@lean-ops/common/contract/dead-letter'
import type { DeadLetterFilter } from '@lean-ops/common/contract/dead-letter-filter'
import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query'
import { callApi } from './call-api.ts'
import { pollEvery } from './poll-every.ts'

/** How many match: exact, or "at least" where counting was cut short. */
export type MatchCount = { value: number; isExact: boolean }

export type DeadLetterPage = {
  items: DeadLetterRow[]
  nextCursor: string | null
  total: MatchCount
  /** What was searched, in absolute times. */
  filter: DeadLetterFilter
}

export type ErrorGroup = {
  fingerprint: string
  title: string
  code: string
  class: DeadLetterRow['class']
  stage: DeadLetterRow['stage']
  count: number
  topics: { topic: string; count: number }[]
  firstSeenAt: string
  lastSeenAt: string
  /** Failures per step of the window, oldest first. */
  trend: number[]
  parts: FingerprintPart[]
  sampleId: string
}

export type GroupList = { groups: ErrorGroup[]; isApproximate: boolean }
export type Histogram = { bucketSeconds: number; buckets: { at: string; count: number }[] }
export type FacetName = 'topic' | 'owner' | 'stage' | 'code' | 'status'
export type Facets = Record<FacetName, { value: string; count: number }[]>

export type DeadLetterDetail = DeadLetterRow & {
  publishTime: string | null
  firstReceivedAt: string | null
  editRevision: number
  originArn: string | null
  idempotencyKey: string | null
  attributes: Record<string, { type: string; value: string }>
  replayId: string | null
  parts: FingerprintPart[]
  discardReason: string | null
  restorableUntil: string | null
  verifyStage: string | null
  verifyUntil: string | null
}

export type DeadLetterBody = {
  kind: string
  text: string
  sizeBytes: number
  isMasked: boolean
  isCut: boolean
}
export type DeadLetterEvent = {
  id: string
  at: string
  what: string
  attempt: number
  stage: string
  code: string
  errorMessage: string
  by: string | null
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
