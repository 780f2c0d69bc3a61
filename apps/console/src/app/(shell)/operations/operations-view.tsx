'use client'

import { operationKindFacts, operationStateFacts } from '@lean-ops/common/contract/operation-facts'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useRouter } from 'next/navigation'
import { useQueryStates } from 'nuqs'
import { useState } from 'react'
import { PageHeader } from '../../../components/page/page-header.tsx'
import {
  CouldNotLoad,
  NothingExists,
  NothingMatches,
  StaleNotice,
} from '../../../components/status/states.tsx'
import { Button } from '../../../components/ui/button.tsx'
import { Select } from '../../../components/ui/select.tsx'
import { Skeleton } from '../../../components/ui/skeleton.tsx'
import { useShortcuts } from '../../../keyboard/use-shortcuts.ts'
import { operationListQuery } from '../../../queries/operations.ts'
import { OperationRow } from './operation-row.tsx'
import { kinds, operationParams, states } from './search-params.ts'

/** Everything that was ever done in bulk, newest first; what runs is on top by itself. */
export function OperationsView() {
  const [params, setParams] = useQueryStates(operationParams, { history: 'push' })
  const list = useInfiniteQuery(operationListQuery(params))
  const router = useRouter()
  const [active, setActive] = useState<string | undefined>(undefined)
  const rows = list.data?.pages.flatMap((page) => page.operations) ?? []
  const at = rows.findIndex((row) => row.id === active)
  const focus = (index: number) => {
    const row = rows[Math.min(Math.max(index, 0), rows.length - 1)]
    if (row) document.querySelector<HTMLElement>(`[data-operation="${row.id}"]`)?.focus()
  }
  useShortcuts('operations', {
    next: () => focus(at + 1),
    previous: () => focus(at - 1),
    open: () => {
      if (active) router.push(`/operations/${active}`)
    },
  })
  const isNarrowed = params.state.length > 0 || params.kind.length > 0 || params.by === 'me'
  return (
    <div className="pb-10">
      <PageHeader title="Operations" />
      <div className="flex flex-wrap gap-2 px-4 pb-3">
        <Select
          label="Whose"
          value={params.by}
          options={[
            { value: 'everyone', label: 'Everyone’s' },
            { value: 'me', label: 'Mine' },
          ]}
          onChange={(by) => void setParams({ by: by === 'me' ? 'me' : null })}
        />
        <Select
          label="State"
          value={params.state.length === 1 ? (params.state[0] ?? '') : ''}
          options={[
            { value: '', label: 'Any state' },
            ...states.map((value) => ({ value, label: operationStateFacts[value].word })),
          ]}
          onChange={(value) => void setParams({ state: states.filter((state) => state === value) })}
        />
        <Select
          label="Kind"
          value={params.kind.length === 1 ? (params.kind[0] ?? '') : ''}
          options={[
            { value: '', label: 'Any kind' },
            ...kinds.map((value) => ({ value, label: operationKindFacts[value].word })),
          ]}
          onChange={(value) => void setParams({ kind: kinds.filter((kind) => kind === value) })}
        />
      </div>
      {list.error && list.data ? (
        <StaleNotice
          error={list.error}
          since={new Date(list.dataUpdatedAt).toISOString()}
          onRetry={() => void list.refetch()}
        />
      ) : null}
      {list.error && !list.data ? (
        <CouldNotLoad
          what="the operations"
          error={list.error}
          isRetrying={list.isFetching}
          onRetry={() => void list.refetch()}
        />
      ) : !list.data ? (
        <div role="status" className="flex flex-col gap-3 px-4">
          <span className="sr-only">Loading operations…</span>
          <Skeleton className="h-12" />
          <Skeleton className="h-12" />
          <Skeleton className="h-12" />
        </div>
      ) : rows.length === 0 ? (
        isNarrowed ? (
          <NothingMatches
            what="operation"
            onClear={() => void setParams({ state: null, kind: null, by: null })}
          />
        ) : (
          <NothingExists title="No operations yet">
            Replays, discards, restores and exports of dead letters are listed here with what became of each
            message.
          </NothingExists>
        )
      ) : (
        <>
          <ul aria-label="Operations" className="border-t">
            {rows.map((row, index) => (
              <OperationRow
                key={row.id}
                operation={row}
                isTabStop={at === -1 ? index === 0 : index === at}
                onFocus={setActive}
              />
            ))}
          </ul>
          {list.hasNextPage ? (
            <div className="p-4 text-center">
              <Button disabled={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
                {list.isFetchingNextPage ? 'Loading…' : 'Load more'}
              </Button>
            </div>
          ) : null}
        </>
      )}
    </div>
  )
}
