import { queryOptions } from '@tanstack/react-query'
import { markSignedIn } from '../state/session.ts'
import { callApi } from './call-api.ts'

/** Who is signed in. Stands in for the contract's type until it has landed. */
export type Me = { name: string; email: string | null; roles: string[] }

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
