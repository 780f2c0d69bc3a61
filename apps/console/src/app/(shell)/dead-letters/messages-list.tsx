'use client'

import type { DeadLetterFilter } from '@lean-ops/common/contract/dead-letter-filter'
import type { DeadLetterPage } from '@lean-ops/common/contract/dead-letter-query'
import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query'
import { useCallback, useState } from 'react'
import {
  CouldNotLoad,
  NothingExists,
  NothingMatches,
  StaleNotice,
} from '../../../components/status/states.tsx'
import { Button } from '../../../components/ui/button.tsx'
import { cn } from '../../../components/ui/cn.ts'
import { Tick } from '../../../components/ui/tick.tsx'
import { formatCompact } from '../../../format/format-number.ts'
import { useShortcuts } from '../../../keyboard/use-shortcuts.ts'
import { deadLetterListQuery } from '../../../queries/dead-letters.ts'
import { useDrawn } from '../../../state/use-drawn.ts'
import { ListSkeleton } from './groups-list.tsx'
import { isHopeless } from './is-hopeless.ts'
import { isNarrowed } from './is-narrowed.ts'
import { MessageRow } from './message-row.tsx'
import { countSelected, isSelected, planSelection, type Selection, setSelected } from './selection.ts'
import { SelectionBar } from './selection-bar.tsx'
import type { OpenAction, OpenTransform } from './use-actions.tsx'

type Props = {
  filter: DeadLetterFilter
  /** The newest row and count, polled: shows that there are new ones without moving the list. */
  head?: DeadLetterPage
  selection: Selection
  /** Stable between renders, as rows compare it. */
  onSelection: (change: (now: Selection) => Selection) => void
  openId: string | null
  onOpen: (id: string) => void
  onClear: () => void
  openAction: OpenAction
  openTransform: OpenTransform
}

/** Messages, newest failure first, loaded page by page. */
export function MessagesList({
  filter,
  head,
  selection,
  onSelection,
  openId,
  onOpen,
  onClear,
  openAction,
  openTransform,
}: Props) {
  const options = deadLetterListQuery(filter)
  const list = useInfiniteQuery(options)
  const queries = useQueryClient()
  const [active, setActive] = useState<string | undefined>(undefined)
  const rows = list.data?.pages.flatMap((page) => page.items) ?? []
  const drawn = useDrawn(rows.length)
  const loaded = list.data?.pages[0]
  const matching = (head ?? loaded)?.total.value ?? 0
  const at = rows.findIndex((row) => row.id === active)
  const hasNew = head?.items[0] !== undefined && loaded !== undefined && head.items[0].id !== rows[0]?.id
  const newCount = Math.max(hasNew ? 1 : 0, (head?.total.value ?? 0) - (loaded?.total.value ?? 0))

  const focus = (index: number) => {
    const row = rows[Math.min(Math.max(index, 0), rows.length - 1)]
    if (!row) return
    setActive(row.id)
    const element = document.querySelector<HTMLElement>(`[data-letter="${row.id}"]`)
    element?.focus()
    element?.scrollIntoView({ block: 'nearest' })
    // With the inspector open, moving through the list is reading.
    if (openId) onOpen(row.id)
    if (index >= rows.length - 5 && list.hasNextPage && !list.isFetchingNextPage) void list.fetchNextPage()
  }
  const toggle = useCallback(
    (id: string) => onSelection((now) => setSelected(now, [id], !isSelected(now, id))),
    [onSelection],
  )
  // Of the selection; without one, of the row that has the focus.
  const act = (kind: 'replay' | 'discard') => {
    if (countSelected(selection, matching) > 0) openAction(kind, planSelection(selection, filter))
    else if (active) openAction(kind, { by: 'ids', ids: [active] })
  }
  useShortcuts('dead-letters', {
    next: () => focus(at + 1),
    previous: () => focus(at - 1),
    open: () => {
      if (active) onOpen(active)
    },
    select: () => {
      if (active) toggle(active)
    },
    replay: () => act('replay'),
    discard: () => act('discard'),
  })

  if (!list.data && list.error)
    return (
      <CouldNotLoad
        what="the dead letters"
        error={list.error}
        isRetrying={list.isFetching}
        onRetry={() => void list.refetch()}
      />
    )
  if (!list.data) return <ListSkeleton />
  if (rows.length === 0)
    return isNarrowed(filter) ? (
      <NothingMatches what="dead letter" onClear={onClear} />
    ) : (
      <NothingExists isGood title="No open dead letters. Nice.">
        Messages that fail appear here within seconds of reaching the dead-letter queue.
      </NothingExists>
    )
  const chosen = rows.filter((row) => isSelected(selection, row.id))
  const selectedLoaded = chosen.length
  // For the one-click replay: all of them on the screen, failed for one reason, and one that can pass.
  const isOneGroup =
    selection.by === 'ids' &&
    chosen.length === selection.ids.size &&
    new Set(chosen.map((row) => row.fingerprint)).size === 1 &&
    !chosen.some((row) => isHopeless(row.code))
  return (
    <>
      {list.error ? (
        <StaleNotice
          error={list.error}
          since={new Date(list.dataUpdatedAt).toISOString()}
          onRetry={() => void list.refetch()}
        />
      ) : null}
      <div className="flex h-8 items-center gap-3 border-y bg-sunken px-4 text-xs text-soft">
        <Tick
          label="Select the loaded rows"
          checked={selectedLoaded === rows.length ? true : selectedLoaded > 0 ? 'mixed' : false}
          onChange={(isOn) =>
            onSelection((now) =>
              setSelected(
                now,
                rows.map((row) => row.id),
                isOn,
              ),
            )
          }
        />
        <span className="num">{formatCompact(rows.length)} loaded</span>
        <span aria-live="polite">
          {newCount > 0 ? (
            <Button
              size="sm"
              className="h-6"
              onClick={() => void queries.resetQueries({ queryKey: options.queryKey, exact: true })}
            >
              {newCount > 100 ? '100+' : newCount} new
            </Button>
          ) : null}
        </span>
      </div>
      <ul
        aria-label="Dead letters"
        className={cn('transition-opacity', list.isPlaceholderData && 'opacity-60')}
      >
        {rows.slice(0, drawn).map((row, index) => (
          <MessageRow
            key={row.id}
            row={row}
            isTabStop={at === -1 ? index === 0 : index === at}
            isOpen={row.id === openId}
            isSelected={isSelected(selection, row.id)}
            onFocus={setActive}
            onOpen={onOpen}
            onToggle={toggle}
          />
        ))}
      </ul>
      <div className="p-4 text-center">
        {list.hasNextPage ? (
          <Button disabled={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
            {list.isFetchingNextPage ? 'Loading…' : 'Load 50 more'}
          </Button>
        ) : (
          <p className="text-xs text-faint">That is all that matches.</p>
        )}
      </div>
      <SelectionBar
        selection={selection}
        loaded={rows.length}
        matching={matching}
        isExact={(head ?? loaded)?.total.isExact ?? true}
        filter={filter}
        onSelection={(next) => onSelection(() => next)}
        openAction={openAction}
        openTransform={(chosen) =>
          openTransform(chosen, rows.find((row) => isSelected(selection, row.id))?.id)
        }
        isOneGroup={isOneGroup}
      />
    </>
  )
}
