'use client'

import type { TopicRow } from '@lean-ops/common/contract/topics'
import { useQuery } from '@tanstack/react-query'
import { CircleCheck, CircleDashed, X } from 'lucide-react'
import { useState } from 'react'
import { Button } from '../../../components/ui/button.tsx'
import { cn } from '../../../components/ui/cn.ts'
import { Copyable } from '../../../components/ui/copyable.tsx'
import { formatCount } from '../../../format/format-number.ts'
import { meQuery } from '../../../queries/me.ts'

type Item = { title: string; isDone: boolean; how: React.ReactNode }

/** What a new installation still needs until its first message is in a table; ticks itself off as it happens. */
export function FirstRun({ topics }: { topics: readonly TopicRow[] }) {
  const { data: me } = useQuery(meQuery())
  // Kept open once it was there, so that the last tick is seen; gone with the next visit.
  const [isWanted, setWanted] = useState<boolean | undefined>(undefined)
  const items = itemsOf(topics, me?.permissions.admin === '*')
  const isNew = !items.every((item) => item.isDone)
  if (isWanted === undefined && isNew) setWanted(true)
  if (!isWanted) return null
  const left = items.filter((item) => !item.isDone).length
  return (
    <section
      aria-label="First steps"
      className="relative mx-4 mb-3 max-w-3xl rounded-lg border bg-surface px-4 py-3 text-sm"
    >
      <h2 className="text-base font-semibold">
        {left === 0 ? 'Everything runs' : `First steps: ${items.length - left} of ${items.length}`}
      </h2>
      <ol className="mt-2 flex flex-col gap-2">
        {items.map((item) => {
          const Icon = item.isDone ? CircleCheck : CircleDashed
          return (
            <li key={item.title} className="flex items-start gap-2">
              <Icon
                aria-hidden="true"
                className={cn('mt-0.5 size-4 shrink-0', item.isDone ? 'text-healthy' : 'text-faint')}
              />
              <div className="min-w-0">
                <p className={cn(item.isDone ? 'text-soft' : 'font-medium')}>
                  {item.title}
                  <span className="sr-only">{item.isDone ? ', done' : ', to do'}</span>
                </p>
                {item.isDone ? null : <p className="text-soft">{item.how}</p>}
              </div>
            </li>
          )
        })}
      </ol>
      {topics.length > 0 ? (
        <Button
          intent="ghost"
          size="iconSm"
          aria-label="Hide the first steps"
          className="absolute top-2 right-2"
          onClick={() => setWanted(false)}
        >
          <X aria-hidden="true" />
        </Button>
      ) : null}
    </section>
  )
}

function itemsOf(topics: readonly TopicRow[], isAdmin: boolean): Item[] {
  const sampled = topics.filter((row) => row.queue.collectedAt !== null).length
  const example = topics[0]?.topic ?? 'orders'
  return [
    { title: 'The API and its database answer, and you are signed in', isDone: true, how: null },
    {
      title: topics.length > 0 ? `${formatCount(topics.length, 'topic')} deployed` : 'Deploy a topic',
      isDone: topics.length > 0,
      how: (
        <>
          A topic is a contract: add <code>contracts/orders.odcs.yaml</code> and deploy. Its queue and its
          table follow from it{isAdmin ? '' : '; ask whoever deploys'}.
        </>
      ),
    },
    {
      title: 'The sampler reads queues and tables',
      isDone: topics.length > 0 && sampled === topics.length,
      how:
        topics.length === 0
          ? 'It begins with the first topic.'
          : `Once a minute: ${sampled} of ${topics.length} read so far. When none comes, its schedule is off or its role lacks a grant; System says more.`,
    },
    {
      title: 'A first message arrives',
      isDone: topics.some((row) => row.lastArrivalAt !== null),
      how: (
        <>
          Send one to the queue of a topic:{' '}
          <Copyable
            text={`aws sqs send-message --queue-url <url of the queue of ${example}> --message-body '{"message_id":"first"}'`}
            shown="aws sqs send-message …"
          />
        </>
      ),
    },
    {
      title: 'It is in its RAW table',
      isDone: topics.some((row) => (row.raw.rows ?? 0) > 0),
      how: 'Firehose commits about a minute after it has taken a message. If it does not, look at the dead letters.',
    },
  ]
}
