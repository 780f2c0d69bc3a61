'use client'

import { keepPreviousData, useQuery } from '@tanstack/react-query'
import dynamic from 'next/dynamic'
import { useQueryStates } from 'nuqs'
import { useCallback, useMemo, useRef, useState } from 'react'
import { PageHeader } from '../../../components/page/page-header.tsx'
import { SavedViewsMenu } from '../../../components/saved-views/saved-views-menu.tsx'
import { Dialog } from '../../../components/ui/dialog.tsx'
import { formatExact } from '../../../format/format-number.ts'
import { useShortcuts } from '../../../keyboard/use-shortcuts.ts'
import { deadLetterHeadQuery, filterQuery } from '../../../queries/dead-letters.ts'
import { useIsWide } from '../../../state/use-is-wide.ts'
import { FilterBar } from './filter-bar.tsx'
import { FilterChips } from './filter-chips.tsx'
import { GroupsList } from './groups-list.tsx'
import { Histogram } from './histogram.tsx'
import { MessagesList } from './messages-list.tsx'
import { filterOf, filterParams, pageParams } from './search-params.ts'
import { emptySelection, type Selection } from './selection.ts'
import { useActions } from './use-actions.tsx'
import { ViewSwitch } from './view-switch.tsx'

// Loaded when the first dead letter is opened: trees, remedies and actions are not needed for the list.
const Inspector = dynamic(() => import('./inspector.tsx').then((module) => module.Inspector), { ssr: false })

/** Groups or messages on the left, one dead letter opened up on the right; the whole state is the address. */
export function DeadLettersView() {
  const [state, setState] = useQueryStates(filterParams, { history: 'push' })
  const [{ view, id, tab }, setPage] = useQueryStates(pageParams, { history: 'replace' })
  const search = useRef<HTMLInputElement>(null)
  const isWide = useIsWide(1024)
  const filter = useMemo(() => filterOf(state), [state])
  const query = filterQuery(filter)
  // A selection is of one filter: another filter starts with none, so that "all" never means what is not seen.
  const [selected, setSelected] = useState<{ query: string; selection: Selection }>({
    query,
    selection: emptySelection,
  })
  const selection = selected.query === query ? selected.selection : emptySelection
  const changeSelection = useCallback(
    (change: (now: Selection) => Selection) =>
      setSelected((now) => ({
        query,
        selection: change(now.query === query ? now.selection : emptySelection),
      })),
    [query],
  )
  const head = useQuery({ ...deadLetterHeadQuery(filter), placeholderData: keepPreviousData })
  const total = head.data?.total

  useShortcuts('dead-letters', {
    filter: () => search.current?.focus(),
    view: () => void setPage({ view: view === 'groups' ? 'messages' : 'groups' }),
  })
  const open = useCallback((next: string | null) => void setPage({ id: next }), [setPage])
  const clear = () =>
    void setState(
      Object.fromEntries(Object.keys(filterParams).map((key) => [key, null])) as Record<string, null>,
    )

  const { openAction, openEdit, openTransform, dialog } = useActions(() =>
    setSelected({ query, selection: emptySelection }),
  )
  const inspector = id ? (
    <Inspector
      id={id}
      tab={tab}
      onTab={(next) => void setPage({ tab: next })}
      onClose={() => open(null)}
      openAction={openAction}
      openEdit={openEdit}
      onShowGroup={(fingerprint) => {
        void setState({ fingerprint: [fingerprint] })
        void setPage({ view: 'messages' })
      }}
    />
  ) : null

  return (
    <div className="flex min-h-[calc(100dvh-var(--top))]">
      <div className="min-w-0 flex-1 pb-24">
        <PageHeader title="Dead letters">
          <p className="num min-w-28 text-sm text-soft" aria-live="off">
            {total ? `${total.isExact ? '' : 'at least '}${formatExact(total.value)} match` : ' '}
          </p>
          <div className="flex-1" />
          <SavedViewsMenu page="dead-letters" />
          <ViewSwitch view={view} onChange={(next) => void setPage({ view: next })} />
        </PageHeader>
        <FilterBar
          inputRef={search}
          filter={filter}
          state={state}
          onChange={(change) => void setState(change)}
        />
        <FilterChips state={state} onChange={(change) => void setState(change)} onClear={clear} />
        <Histogram
          filter={filter}
          onZoom={(from, to) => void setState({ failedFrom: from, failedTo: to, last: null })}
          isZoomed={Boolean(state.failedFrom || state.failedTo)}
          onReset={() => void setState({ failedFrom: null, failedTo: null })}
        />
        {view === 'groups' ? (
          <GroupsList
            filter={filter}
            openId={id}
            onOpen={open}
            onClear={clear}
            openAction={openAction}
            openTransform={openTransform}
            onShowMessages={(fingerprint) => {
              void setState({ fingerprint: [fingerprint] })
              void setPage({ view: 'messages' })
            }}
          />
        ) : (
          <MessagesList
            filter={filter}
            {...(head.data ? { head: head.data } : {})}
            selection={selection}
            onSelection={changeSelection}
            openId={id}
            onOpen={open}
            onClear={clear}
            openAction={openAction}
            openTransform={openTransform}
          />
        )}
      </div>
      {isWide && inspector ? (
        <aside
          aria-label="Inspector"
          className="sticky top-(--top) h-[calc(100dvh-var(--top))] w-[46%] max-w-[820px] shrink-0 border-l bg-surface"
        >
          {inspector}
        </aside>
      ) : null}
      {!isWide && inspector ? (
        <Dialog open onOpenChange={() => open(null)} title="Dead letter" shape="sheet" hasHiddenTitle>
          {inspector}
        </Dialog>
      ) : null}
      {dialog}
    </div>
  )
}
