import type { Me } from '@lean-ops/common/contract/me'
import { queryOptions } from '@tanstack/react-query'
import { markSignedIn } from '../state/session.ts'
import { callApi } from './call-api.ts'

export const meKey = ['me'] as const

export function meQuery() {
  return queryOptions({
    queryKey: meKey,
    queryFn: async ({ signal }) => {
      const me = await callApi<Me>('/me', { signal })
      markSignedIn()
      return me
    },
    staleTime: 60_000,
  })
}
