'use client'

import { isReplayKind, operationStateFacts } from '@lean-ops/common/contract/operation-facts'
import type { PlanSelection } from '@lean-ops/common/contract/plan'
import { useQuery } from '@tanstack/react-query'
import { ChevronLeft } from 'lucide-react'
import Link from 'next/link'
import { parseAsStringLiteral, useQueryState } from 'nuqs'
import { useState } from 'react'
import { ActionDialog } from '../../../../components/operations/action-dialog.tsx'
import { OperationBadge } from '../../../../components/operations/operation-badge.tsx'
import { causeWords, countWords } from '../../../../components/operations/operation-words.ts'
import { PageHeader } from '../../../../components/page/page-header.tsx'
import { Announcer } from '../../../../components/status/announcer.tsx'
import { CouldNotLoad, NothingExists, StaleNotice } from '../../../../components/status/states.tsx'
import { Timestamp } from '../../../../components/time/timestamp.tsx'
import { Button } from '../../../../components/ui/button.tsx'
import { Skeleton } from '../../../../components/ui/skeleton.tsx'
import { ApiError } from '../../../../queries/call-api.ts'
import { operationQuery } from '../../../../queries/operations.ts'
import { usePermission } from '../../../../state/use-permission.ts'
import { Controls } from './controls.tsx'
import { Items } from './items.tsx'
import { Progress } from './progress.tsx'
import { Throughput } from './throughput.tsx'

const words = countWords.map(({ word }) => word)

/** One operation while it runs and afterwards: how far, how it went, and what became of each message. */
export function OperationView({ id }: { id: string }) {
  const { data, error, dataUpdatedAt, isFetching, refetch } = useQuery(operationQuery(id))
  const [word, setWord] = useQueryState('outcome', parseAsStringLiteral(words))
  const [isReplaying, setReplaying] = useState(false)
  const refusal = usePermission('replay')
  if (!data && error instanceof ApiError && error.problem.status === 404)
    return (
      <NothingExists isPage title="There is no such operation">
        It may be of topics you may not see.{' '}
        <Link href="/operations" className="text-accent underline underline-offset-2">
          All operations
        </Link>
      </NothingExists>
    )
  if (!data && error)
    return (
      <CouldNotLoad
        isPage
        what="the operation"
        error={error}
        isRetrying={isFetching}
        onRetry={() => void refetch()}
      />
    )
  if (!data)
    return (
      <div role="status" className="flex flex-col gap-4 p-4">
        <span className="sr-only">Loading the operation…</span>
        <Skeleton className="h-7 w-96 max-w-full" />
        <Skeleton className="h-24" />
      </div>
    )
  const facts = operationStateFacts[data.state]
  const { counts } = data
  const isLive = !facts.isEnd
  const failures = counts.returned + counts.failed + counts.unverified
  const again: PlanSelection = {
    by: 'filter',
    filter: { operationId: data.id, status: ['open', 'unverified'] },
    except: [],
  }
  return (
    <div className="flex flex-col gap-4 pb-10">
      <div>
        <PageHeader
          title={
            <span className="flex flex-wrap items-center gap-x-3 gap-y-1">
              <Link
                href="/operations"
                aria-label="All operations"
                data-tip="All operations"
                className="-ml-1 rounded p-1 text-soft hover:bg-sunken hover:text-ink"
              >
                <ChevronLeft aria-hidden="true" className="size-4" />
              </Link>
              {data.title}
              <OperationBadge state={data.state} />
            </span>
          }
          lead={
            <span className="flex flex-wrap gap-x-2 sm:pl-8">
              <span>{data.actor.name}</span>
              <Timestamp at={data.createdAt} />
              <span>“{data.reason}”</span>
              {data.parentId ? (
                <Link
                  href={`/operations/${data.parentId}`}
                  className="text-accent underline underline-offset-2"
                >
                  takes up the failures of another
                </Link>
              ) : null}
            </span>
          }
        >
          <div className="flex-1" />
          <Controls operation={data} />
        </PageHeader>
        {error ? (
          <StaleNotice
            error={error}
            since={new Date(dataUpdatedAt).toISOString()}
            onRetry={() => void refetch()}
          />
        ) : null}
        <p className="px-4 text-sm text-soft">
          {data.cause ? causeWords[data.cause] : facts.meaning}
          {data.note ? ` ${data.note}` : ''}
          {data.changed ? (
            <>
              {' '}
              {data.changed.by}: {data.changed.action.replace('_', ' ')} <Timestamp at={data.changed.at} />.
            </>
          ) : null}
        </p>
      </div>
      <Progress operation={data} chosen={word} onChoose={(next) => void setWord(next)} />
      {failures > 0 && isReplayKind(data.kind) ? (
        <div className="px-4">
          <Button
            aria-disabled={refusal !== undefined || isLive}
            data-tip={refusal ?? (isLive ? 'When it has ended' : undefined)}
            onClick={() => {
              if (refusal === undefined && !isLive) setReplaying(true)
            }}
          >
            Replay the failures…
          </Button>
        </div>
      ) : null}
      <Throughput id={data.id} isLive={isLive} />
      <Items id={data.id} word={word} isLive={isLive} />
      {isReplaying ? (
        <ActionDialog
          action={{ parameters: { kind: 'replay' }, selection: again, parentId: data.id }}
          onClose={() => setReplaying(false)}
        />
      ) : null}
      <Announcer text={facts.word} />
    </div>
  )
}
