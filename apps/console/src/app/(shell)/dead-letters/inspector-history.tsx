'use client'

import { useQuery } from '@tanstack/react-query'
import { CouldNotLoad, NothingExists } from '../../../components/status/states.tsx'
import { Timestamp } from '../../../components/time/timestamp.tsx'
import { Skeleton } from '../../../components/ui/skeleton.tsx'
import { historyQuery } from '../../../queries/dead-letters.ts'
import { CodeBadge } from './code-badge.tsx'

/** Everything that ever happened to it, newest first. */
export function InspectorHistory({ id }: { id: string }) {
  const { data, error, isFetching, refetch } = useQuery(historyQuery(id))
  if (error && !data)
    return (
      <CouldNotLoad what="the history" error={error} isRetrying={isFetching} onRetry={() => void refetch()} />
    )
  if (!data) return <Skeleton className="m-4 h-32" />
  if (data.events.length === 0) return <NothingExists title="No events" />
  return (
    <ol className="flex flex-col p-4">
      {data.events.map((event) => (
        <li key={event.id} className="relative border-l pb-4 pl-4 last:pb-0">
          <span
            aria-hidden="true"
            className="absolute top-1 -left-[5px] size-2.5 rounded-full border-2 border-line-strong bg-surface"
          />
          <p className="flex flex-wrap items-center gap-x-2.5 gap-y-1 text-xs text-soft">
            <Timestamp at={event.at} form="full" className="text-ink" />
            <span>{event.what}</span>
            {event.code ? <CodeBadge code={event.code} /> : null}
            <span>
              {event.stage} · attempt {event.attempt}
            </span>
            {event.by ? <span>by {event.by}</span> : null}
          </p>
          {event.errorMessage ? (
            <p className="mt-1 font-mono text-xs break-words">{event.errorMessage}</p>
          ) : null}
        </li>
      ))}
    </ol>
  )
}
