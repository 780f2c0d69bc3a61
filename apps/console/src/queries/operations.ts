import { apiHeaders } from '@lean-ops/common/contract/api-conventions'
import { operationStateFacts } from '@lean-ops/common/contract/operation-facts'
import type {
  ChangeHold,
  ChangeOperation,
  HoldView,
  OperationDownload,
  OperationItemList,
  OperationList,
  OperationSeries,
} from '@lean-ops/common/contract/operation-requests'
import type { OperationView } from '@lean-ops/common/contract/operation-view'
import type { ConfirmPlan, CreatePlan, Plan } from '@lean-ops/common/contract/plan'
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { callApi } from './call-api.ts'
import { pollEvery } from './poll-every.ts'

export const operationKeys = { all: ['operations'] as const }

export type OperationListFilter = { state: readonly string[]; kind: readonly string[]; by: 'me' | 'everyone' }

export function operationListQuery(filter: OperationListFilter) {
  const query = new URLSearchParams()
  for (const state of filter.state) query.append('state', state)
  for (const kind of filter.kind) query.append('kind', kind)
  if (filter.by === 'me') query.set('by', 'me')
  return infiniteQueryOptions({
    queryKey: [...operationKeys.all, 'list', query.toString()],
    queryFn: ({ signal, pageParam }) => {
      const page = new URLSearchParams(query)
      if (pageParam) page.set('cursor', pageParam)
      return callApi<OperationList>(`/operations?${page}`, { signal })
    },
    initialPageParam: '',
    getNextPageParam: (page) => page.nextCursor ?? undefined,
    refetchInterval: pollEvery(5_000),
  })
}

/** Every second while it lives, then no more. */
export function operationQuery(id: string) {
  return queryOptions({
    queryKey: [...operationKeys.all, 'one', id],
    queryFn: ({ signal }) => callApi<OperationView>(`/operations/${id}`, { signal }),
    refetchInterval: (query) =>
      query.state.data && operationStateFacts[query.state.data.state].isEnd ? false : pollEvery(1_000)(query),
  })
}

export function seriesQuery(id: string, isLive: boolean) {
  return queryOptions({
    queryKey: [...operationKeys.all, 'series', id],
    queryFn: ({ signal }) => callApi<OperationSeries>(`/operations/${id}/series`, { signal }),
    refetchInterval: isLive ? pollEvery(5_000) : false,
  })
}

export function itemsQuery(id: string, word: string | null, isLive: boolean) {
  return infiniteQueryOptions({
    queryKey: [...operationKeys.all, 'items', id, word],
    queryFn: ({ signal, pageParam }) => {
      const page = new URLSearchParams()
      if (word) page.set('word', word)
      if (pageParam) page.set('cursor', pageParam)
      return callApi<OperationItemList>(`/operations/${id}/items?${page}`, { signal })
    },
    initialPageParam: '',
    getNextPageParam: (page) => page.nextCursor ?? undefined,
    refetchInterval: isLive ? pollEvery(5_000) : false,
  })
}

export function planQuery(id: string) {
  return queryOptions({
    queryKey: ['plans', id],
    queryFn: ({ signal }) => callApi<Plan>(`/plans/${id}`, { signal }),
    refetchInterval: (query) => (query.state.data?.checkState === 'pending' ? 1_000 : false),
  })
}

export function holdQuery() {
  return queryOptions({
    queryKey: ['hold'],
    queryFn: ({ signal }) => callApi<HoldView>('/hold', { signal }),
  })
}

/** Counts and previews a bulk action; changes nothing. */
export function createPlan(request: CreatePlan): Promise<Plan> {
  return callApi<Plan>('/plans', { method: 'POST', body: request })
}

/** Runs exactly what the plan showed. The plan's id is the idempotency key: a second click is the same operation. */
export function confirmPlan(request: ConfirmPlan): Promise<OperationView> {
  return callApi<OperationView>('/operations', {
    method: 'POST',
    body: request,
    headers: { [apiHeaders.idempotencyKey]: `confirm-${request.planId}` },
  })
}

/** Throws ApiError PRECONDITION_FAILED when somebody changed it meanwhile. */
export function changeOperation(operation: OperationView, change: ChangeOperation): Promise<OperationView> {
  return callApi<OperationView>(`/operations/${operation.id}`, {
    method: 'PATCH',
    body: change,
    headers: { 'if-match': `"v${operation.version}"` },
  })
}

export function downloadOperation(id: string): Promise<OperationDownload> {
  return callApi<OperationDownload>(`/operations/${id}/download`)
}

export function changeHold(hold: HoldView, change: ChangeHold): Promise<HoldView> {
  return callApi<HoldView>('/hold', {
    method: 'PUT',
    body: change,
    headers: { 'if-match': `"v${hold.version}"` },
  })
}
