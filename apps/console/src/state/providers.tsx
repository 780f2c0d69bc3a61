'use client'

import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { ThemeProvider } from 'next-themes'
import { NuqsAdapter } from 'nuqs/adapters/next/app'
import { type ReactNode, useEffect, useState } from 'react'
import { ApiError } from '../queries/call-api.ts'
import { RenderedAt } from './clock.ts'
import { standForPollLeader } from './poll-leader.ts'
import { shareAnswers } from './share-answers.ts'
import { ZoneProvider } from './zone.tsx'

function isWorthRetrying(failureCount: number, error: Error): boolean {
  const isRefusal = error instanceof ApiError && error.problem.status >= 400 && error.problem.status < 500
  return !isRefusal && failureCount < 2
}

type Props = { zone: string; renderedAtMs: number; children: ReactNode }

/** Everything the whole tree depends on: queries, theme, zone, URL state, the clock of the first paint. */
export function Providers({ zone, renderedAtMs, children }: Props) {
  const [client] = useState(
    () =>
      new QueryClient({
        defaultOptions: { queries: { staleTime: 2_000, gcTime: 600_000, retry: isWorthRetrying } },
      }),
  )
  useEffect(() => {
    const [retire, stopSharing] = [standForPollLeader(), shareAnswers(client)]
    return () => {
      retire()
      stopSharing()
    }
  }, [client])
  return (
    <QueryClientProvider client={client}>
      <ThemeProvider attribute="class" defaultTheme="system" enableSystem disableTransitionOnChange>
        <RenderedAt value={renderedAtMs}>
          <ZoneProvider initialZone={zone}>
            <NuqsAdapter>{children}</NuqsAdapter>
          </ZoneProvider>
        </RenderedAt>
      </ThemeProvider>
    </QueryClientProvider>
  )
}
