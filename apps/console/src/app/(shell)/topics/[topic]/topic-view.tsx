'use client'

import { topicVerdict } from '@lean-ops/common/contract/topic-verdict'
import { useQuery } from '@tanstack/react-query'
import { ChevronLeft, Inbox } from 'lucide-react'
import Link from 'next/link'
import { useQueryStates } from 'nuqs'
import { PageHeader } from '../../../../components/page/page-header.tsx'
import { usePause } from '../../../../components/pauses/use-pause.tsx'
import { Announcer } from '../../../../components/status/announcer.tsx'
import { CouldNotLoad, NothingExists, StaleNotice } from '../../../../components/status/states.tsx'
import { VerdictBadge, VerdictIcon } from '../../../../components/status/verdict-badge.tsx'
import { Button } from '../../../../components/ui/button.tsx'
import { Skeleton } from '../../../../components/ui/skeleton.tsx'
import { Tabs } from '../../../../components/ui/tabs.tsx'
import { ApiError } from '../../../../queries/call-api.ts'
import { topicQuery } from '../../../../queries/topics.ts'
import { serverNowMs } from '../../../../state/server-clock.ts'
import { useActions } from '../../dead-letters/use-actions.tsx'
import { PauseButtons } from '../pause-buttons.tsx'
import { RunButtons } from '../run-buttons.tsx'
import { Commits } from './commits.tsx'
import { Flow } from './flow.tsx'
import { Names } from './names.tsx'
import { Overview } from './overview.tsx'
import { topicParams } from './search-params.ts'

/** One topic: its verdict with every reason, where its messages are, and the last hour. */
export function TopicView({ topic }: { topic: string }) {
  const { data, dataUpdatedAt, error, isFetching, refetch } = useQuery(topicQuery(topic))
  const [{ tab }, setParams] = useQueryStates(topicParams)
  const { openAction, dialog } = useActions(() => undefined)
  const { openPause, pauseDialog } = usePause()
  const isMissing = error instanceof ApiError && error.problem.status === 404

  if (!data && isMissing)
    return (
      <NothingExists isPage title={`There is no topic called “${topic}”`}>
        <p>It may have been renamed, or its contract is not deployed on this stage.</p>
        <p className="mt-3">
          <Link href="/topics" className="text-accent underline underline-offset-2">
            All topics
          </Link>
        </p>
      </NothingExists>
    )
  if (!data && error)
    return (
      <CouldNotLoad
        isPage
        what={`topic ${topic}`}
        error={error}
        isRetrying={isFetching}
        onRetry={() => void refetch()}
      />
    )

  const nowMs = serverNowMs(dataUpdatedAt)
  const verdict = data ? topicVerdict(data.topic, nowMs) : undefined
  return (
    <div className="flex flex-col pb-10">
      <PageHeader
        title={
          <span className="flex flex-wrap items-center gap-x-3 gap-y-1">
            <Link
              href="/topics"
              aria-label="All topics"
              data-tip="All topics"
              className="-ml-1 rounded p-1 text-soft hover:bg-sunken hover:text-ink"
            >
              <ChevronLeft aria-hidden="true" className="size-4" />
            </Link>
            <span className="font-mono break-all">{topic}</span>
            {verdict ? <VerdictBadge state={verdict.state} /> : <Skeleton className="h-6 w-24" />}
          </span>
        }
        lead={
          <span className="sm:pl-8">
            {data ? (
              `${data.topic.owner} · contract ${data.topic.status}`
            ) : (
              <Skeleton className="mt-1 h-3 w-40" />
            )}
          </span>
        }
      >
        <div className="flex-1" />
        <RunButtons
          topics={[topic]}
          openAction={openAction}
          size="md"
          {...(data ? { owner: data.topic.owner } : {})}
        />
        {data ? <PauseButtons topics={[data.topic]} openPause={openPause} size="md" /> : null}
        <Button asChild>
          <Link href={`/dead-letters?topic=${encodeURIComponent(topic)}`} prefetch={false}>
            <Inbox aria-hidden="true" />
            Dead letters
          </Link>
        </Button>
      </PageHeader>
      {data && error ? (
        <StaleNotice error={error} since={new Date(nowMs).toISOString()} onRetry={() => void refetch()} />
      ) : null}
      {verdict && verdict.reasons.length > 0 ? (
        <ul className="mx-4 mb-3 flex flex-col gap-1 text-sm">
          {verdict.reasons.map((reason) => (
            <li key={reason.code} className="flex items-start gap-2">
              <VerdictIcon state={reason.state} className="mt-0.5" />
              {reason.sentence}
            </li>
          ))}
        </ul>
      ) : null}
      {data ? <Flow detail={data} /> : <Skeleton className="mx-4 h-40" />}
      <Tabs
        label="Parts of the topic"
        className="mt-4"
        listClassName="px-4"
        value={tab}
        onChange={(next) => void setParams({ tab: next })}
        tabs={[
          {
            id: 'overview',
            label: 'Last hour',
            content: data ? <Overview detail={data} /> : <Skeleton className="m-4 h-52" />,
          },
          { id: 'commits', label: 'Commits', content: data ? <Commits detail={data} /> : null },
          { id: 'names', label: 'Names', content: data ? <Names detail={data} /> : null },
        ]}
      />
      {dialog}
      {pauseDialog}
      <Announcer text={verdict?.state ?? ''} />
    </div>
  )
}
