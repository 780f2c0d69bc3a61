'use client'

import type { AuditRow } from '@lean-ops/common/contract/audit'
import { useInfiniteQuery } from '@tanstack/react-query'
import { Ban, CircleCheck, OctagonAlert, RefreshCw, X } from 'lucide-react'
import Link from 'next/link'
import { parseAsString, parseAsStringLiteral, useQueryStates } from 'nuqs'
import { PageHeader } from '../../../components/page/page-header.tsx'
import { CouldNotLoad, NothingExists, NothingMatches } from '../../../components/status/states.tsx'
import { Timestamp } from '../../../components/time/timestamp.tsx'
import { Button } from '../../../components/ui/button.tsx'
import { Copyable } from '../../../components/ui/copyable.tsx'
import { Select } from '../../../components/ui/select.tsx'
import { Skeleton } from '../../../components/ui/skeleton.tsx'
import { auditQuery } from '../../../queries/audit.ts'
import { TextFilter } from './text-filter.tsx'

const outcomes = ['done', 'denied', 'failed'] as const

const params = {
  action: parseAsString,
  actor: parseAsString,
  operationId: parseAsString,
  targetId: parseAsString,
  outcome: parseAsStringLiteral(outcomes),
}

/** Who did what, when and why: read only, newest first. */
export function AuditView() {
  const [filter, setFilter] = useQueryStates(params, { history: 'push' })
  const list = useInfiniteQuery(auditQuery(filter))
  const rows = list.data?.pages.flatMap((page) => page.rows) ?? []
  const isNarrowed = Object.values(filter).some((value) => value !== null)
  const clear = () =>
    void setFilter({ action: null, actor: null, operationId: null, targetId: null, outcome: null })
  return (
    <div className="pb-10">
      <PageHeader title="Audit">
        <p className="text-sm text-soft">
          Rows are chained by hash: one that was changed or taken out would show.
        </p>
      </PageHeader>
      <div className="flex flex-wrap items-center gap-2 px-4 pb-3">
        <TextFilter
          label="Action"
          placeholder="Action, e.g. replay"
          value={filter.action}
          onChange={(action) => void setFilter({ action })}
        />
        <TextFilter
          label="Who"
          placeholder="Who"
          value={filter.actor}
          onChange={(actor) => void setFilter({ actor })}
        />
        <Select
          label="Outcome"
          value={filter.outcome ?? ''}
          options={[
            { value: '', label: 'Any outcome' },
            ...outcomes.map((value) => ({ value, label: outcomeWords[value] })),
          ]}
          onChange={(value) => void setFilter({ outcome: outcomes.find((one) => one === value) ?? null })}
        />
        {filter.operationId || filter.targetId ? (
          <Button onClick={() => void setFilter({ operationId: null, targetId: null })}>
            of {(filter.operationId ?? filter.targetId ?? '').slice(0, 8)}
            <X aria-hidden="true" />
          </Button>
        ) : null}
        <div className="flex-1" />
        <Button
          intent="ghost"
          size="iconSm"
          aria-label="Refresh now"
          data-tip="Refresh now"
          onClick={() => void list.refetch()}
        >
          <RefreshCw aria-hidden="true" />
        </Button>
      </div>
      {list.error && !list.data ? (
        <CouldNotLoad
          what="the audit"
          error={list.error}
          isRetrying={list.isFetching}
          onRetry={() => void list.refetch()}
        />
      ) : !list.data ? (
        <div role="status" className="flex flex-col gap-2 px-4">
          <span className="sr-only">Loading the audit…</span>
          <Skeleton className="h-9" />
          <Skeleton className="h-9" />
          <Skeleton className="h-9" />
        </div>
      ) : rows.length === 0 ? (
        isNarrowed ? (
          <NothingMatches what="row" onClear={clear} />
        ) : (
          <NothingExists title="Nothing has been done yet" />
        )
      ) : (
        <ul aria-label="Audit rows" className="border-t text-sm">
          {rows.map((row) => (
            <Row key={row.seq} row={row} />
          ))}
        </ul>
      )}
      {list.hasNextPage ? (
        <div className="p-4 text-center">
          <Button disabled={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
            {list.isFetchingNextPage ? 'Loading…' : 'Load more'}
          </Button>
        </div>
      ) : null}
    </div>
  )
}

const outcomeWords = { done: 'Done', denied: 'Denied', failed: 'Failed' }

function Outcome({ outcome }: { outcome: string }) {
  if (outcome === 'denied')
    return (
      <span className="flex items-center gap-1 text-xs text-warning">
        <Ban aria-hidden="true" className="size-3.5" />
        Denied
      </span>
    )
  if (outcome === 'failed')
    return (
      <span className="flex items-center gap-1 text-xs text-degraded">
        <OctagonAlert aria-hidden="true" className="size-3.5" />
        Failed
      </span>
    )
  return (
    <span className="flex items-center gap-1 text-xs text-soft">
      <CircleCheck aria-hidden="true" className="size-3.5" />
      {outcome === 'done' ? 'Done' : outcome}
    </span>
  )
}

function Row({ row }: { row: AuditRow }) {
  return (
    <li className="border-b [contain-intrinsic-size:auto_40px] [content-visibility:auto] hover:bg-sunken">
      <details>
        <summary className="grid min-h-9 cursor-pointer grid-cols-[1fr_auto] items-center gap-x-4 gap-y-0.5 px-4 py-1.5 lg:grid-cols-[8rem_13rem_12rem_1fr_6rem]">
          <Timestamp at={row.at} form="clock" isPlain className="text-xs text-soft max-lg:order-2" />
          <span className="font-mono text-xs font-medium max-lg:order-1">{row.action}</span>
          <span className="truncate text-xs max-lg:order-3">
            {row.actor.id}
            {row.actor.kind === 'user' ? '' : ` (${row.actor.kind})`}
          </span>
          <span className="min-w-0 truncate text-xs text-soft max-lg:order-5 max-lg:col-span-2">
            {row.reason}
          </span>
          <span className="max-lg:order-4 max-lg:justify-self-end">
            <Outcome outcome={row.outcome} />
          </span>
        </summary>
        <dl className="grid grid-cols-[auto_1fr] gap-x-6 gap-y-1 px-4 pt-1 pb-3 text-xs">
          <Fact name="When">
            <Timestamp at={row.at} form="full" />
          </Fact>
          {row.reason ? <Fact name="Reason">{row.reason}</Fact> : null}
          {row.target ? (
            <Fact name={row.target.kind.replaceAll('_', ' ')}>
              <Copyable text={row.target.id} />
            </Fact>
          ) : null}
          {row.operationId ? (
            <Fact name="Operation">
              <Link
                href={`/operations/${row.operationId}`}
                prefetch={false}
                className="font-mono text-accent underline underline-offset-2"
              >
                {row.operationId.slice(0, 8)}
              </Link>
            </Fact>
          ) : null}
          <Fact name="Details">
            <code className="font-mono break-words whitespace-pre-wrap">
              {JSON.stringify(row.details, null, 1)}
            </code>
          </Fact>
          {row.requestId ? (
            <Fact name="Request">
              <Copyable text={row.requestId} />
            </Fact>
          ) : null}
          <Fact name="Row">
            <span className="font-mono break-all">
              {row.seq} · {row.hash.slice(0, 16)}…
            </span>
          </Fact>
        </dl>
      </details>
    </li>
  )
}

function Fact({ name, children }: { name: string; children: React.ReactNode }) {
  return (
    <>
      <dt className="text-soft first-letter:uppercase">{name}</dt>
      <dd className="min-w-0">{children}</dd>
    </>
  )
}
