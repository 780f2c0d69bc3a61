import type { Pulse } from '@lean-ops/common/contract/pulse'
import { queryOptions } from '@tanstack/react-query'
import { callApi } from './call-api.ts'
import { pollEvery } from './poll-every.ts'

/** What every page asks for every five seconds: a version per noun, counts, my running operations, notices. */
export function pulseQuery() {
  return queryOptions({
    queryKey: ['pulse'] as const,
    queryFn: ({ signal }) => callApi<Pulse>('/pulse', { signal }),
    refetchInterval: pollEvery(5_000),
  })
}
