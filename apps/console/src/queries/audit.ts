import type { AuditPage } from '@lean-ops/common/contract/audit'
import { infiniteQueryOptions } from '@tanstack/react-query'
import { callApi } from './call-api.ts'

export type AuditFilter = {
  action: string | null
  actor: string | null
  operationId: string | null
  targetId: string | null
  outcome: string | null
}

/** Audit rows, newest first. Nothing here is ever changed, so that a page once read stays right. */
export function auditQuery(filter: AuditFilter) {
  const query = new URLSearchParams()
  for (const [key, value] of Object.entries(filter)) if (value) query.set(key, value)
  return infiniteQueryOptions({
    queryKey: ['audit', query.toString()],
    queryFn: ({ signal, pageParam }) => {
      const page = new URLSearchParams(query)
      if (pageParam > 0) page.set('before', String(pageParam))
      return callApi<AuditPage>(`/audit?${page}`, { signal })
    },
    initialPageParam: 0,
    getNextPageParam: (page) => page.next ?? undefined,
  })
}
