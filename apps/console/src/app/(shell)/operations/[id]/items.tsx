'use client'

import { useInfiniteQuery } from '@tanstack/react-query'
import Link from 'next/link'
import { type CountWord, countWords, reasonWords } from '../../../../components/operations/operation-words.ts'
import { CouldNotLoad, NothingExists } from '../../../../components/status/states.tsx'
import { Timestamp } from '../../../../components/time/timestamp.tsx'
import { Button } from '../../../../components/ui/button.tsx'
import { Skeleton } from '../../../../components/ui/skeleton.tsx'
import { itemsQuery } from '../../../../queries/operations.ts'

const labels = new Map<string, { label: string; color: string }>(
  countWords.map(({ word, label, color }) => [word, { label, color }]),
)

/** What became of each message, in order of sending. */
export function Items({ id, word, isLive }: { id: string; word: CountWord | null; isLive: boolean }) {
  const list = useInfiniteQuery(itemsQuery(id, word, isLive))
  const items = list.data?.pages.flatMap((page) => page.items) ?? []
  if (list.error && !list.data)
    return (
      <CouldNotLoad
        what="its messages"
        error={list.error}
        isRetrying={list.isFetching}
        onRetry={() => void list.refetch()}
      />
    )
  if (!list.data) return <Skeleton className="mx-4 h-32" />
  return (
    <section aria-label="Messages">
      <h2 className="px-4 pb-2 text-base font-semibold">
        Messages
        {word ? (
          <span className="font-normal text-soft"> · {labels.get(word)?.label.toLowerCase()}</span>
        ) : null}
      </h2>
      {items.length === 0 ? (
        <NothingExists title={word ? 'None with this outcome' : 'No messages yet'}>
          {word ? null : 'They are listed once a worker has taken the operation up.'}
        </NothingExists>
      ) : (
        <ul className="border-t text-sm">
          {items.map((item) => {
            const shown = labels.get(item.outcome ?? item.state)
            return (
              <li
                key={item.deadLetterId}
                className="grid min-h-9 grid-cols-[auto_1fr_auto] items-center gap-x-4 border-b px-4 py-1 hover:bg-sunken"
              >
                <Link
                  href={`/dead-letters?status=all&view=messages&id=${item.deadLetterId}&tab=history`}
                  prefetch={false}
                  className="font-mono text-xs underline-offset-2 hover:underline"
                >
                  {item.deadLetterId.slice(0, 8)}
                </Link>
                <span className="flex min-w-0 flex-wrap items-center gap-x-2">
                  <span className="flex items-center gap-1.5">
                    <span
                      aria-hidden="true"
                      className="size-2.5 rounded-sm"
                      style={{ background: shown?.color }}
                    />
                    {shown?.label ?? item.state}
                  </span>
                  <span className="font-mono text-xs text-soft">{item.topic}</span>
                  <span className="min-w-0 truncate text-xs text-soft">
                    {item.reason ? reasonWords[item.reason] : null}
                    {item.detail ? `${item.reason ? ': ' : ''}${item.detail}` : null}
                  </span>
                </span>
                <span className="text-xs">
                  {(item.settledAt ?? item.sentAt) ? (
                    <Timestamp at={item.settledAt ?? item.sentAt ?? ''} isTabStop={false} />
                  ) : null}
                </span>
              </li>
            )
          })}
        </ul>
      )}
      {list.hasNextPage ? (
        <div className="p-4 text-center">
          <Button disabled={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
            {list.isFetchingNextPage ? 'Loading…' : 'Load more'}
          </Button>
        </div>
      ) : null}
    </section>
  )
}
