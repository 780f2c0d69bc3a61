import type { SavedView, SavedViewInput } from '@lean-ops/common/contract/saved-views'
import { queryOptions } from '@tanstack/react-query'
import { callApi } from './call-api.ts'

export const savedViewKeys = { all: ['saved-views'] as const }

export function savedViewsQuery(page: SavedView['page']) {
  return queryOptions({
    queryKey: [...savedViewKeys.all, page],
    queryFn: ({ signal }) => callApi<{ views: SavedView[] }>(`/saved-views?page=${page}`, { signal }),
    staleTime: 60_000,
  })
}

export function createSavedView(input: SavedViewInput): Promise<SavedView> {
  return callApi<SavedView>('/saved-views', { method: 'POST', body: input })
}

export function deleteSavedView(view: SavedView): Promise<void> {
  return callApi<void>(`/saved-views/${view.id}`, {
    method: 'DELETE',
    headers: { 'if-match': `"v${view.version}"` },
  })
}
