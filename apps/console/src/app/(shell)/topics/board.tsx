'use client'

import { observeWindowOffset, useWindowVirtualizer } from '@tanstack/react-virtual'
import { ArrowDown, ArrowUp } from 'lucide-react'
import { useRouter } from 'next/navigation'
import { type MouseEvent, useEffect, useRef, useState } from 'react'
import type { OpenPause } from '../../../components/pauses/use-pause.tsx'
import { cn } from '../../../components/ui/cn.ts'
import { Tick } from '../../../components/ui/tick.tsx'
import { useShortcuts } from '../../../keyboard/use-shortcuts.ts'
import type { Density } from '../../../state/density.ts'
import { useDrawn } from '../../../state/use-drawn.ts'
import { useIsWide } from '../../../state/use-is-wide.ts'
import type { OpenAction } from '../dead-letters/use-actions.tsx'
import type { BoardRow, SortDirection } from './arrange-topics.ts'
import { boardColumns, type ColumnId } from './board-columns.ts'
import { BoardRowView } from './board-row.tsx'

type Props = {
  rows: readonly BoardRow[]
  trends: Readonly<Record<string, readonly (number | null)[]>>
  selected: ReadonlySet<string>
  nowMs: number
  columns: readonly ColumnId[]
  sort: ColumnId
  direction: SortDirection
  density: Density
  onSort: (column: ColumnId) => void
  onFilterKey: () => void
  /** Stable between renders, as rows compare it. */
  onToggle: (topic: string) => void
  onSelectShown: (isOn: boolean) => void
  /** `r` and the row that has the focus. */
  onReplayKey: (topic: string | undefined) => void
  /** Stable between renders, as rows compare it. */
  openAction: OpenAction
  /** Stable between renders, as rows compare it. */
  openPause: OpenPause
}

/** Of a row: the two densities of the table, and a card. */
const heights = { compact: 28, comfortable: 36, card: 117 } as const
/** What the server draws, which knows no window. */
const usualWindow = { width: 1280, height: 800 }

/**
 * Only the rows in sight are in the document: with all 700 a change of order took seconds of a slow processor, although
 * `content-visibility` kept them from being painted. The row with the focus stays, wherever it is scrolled to.
 */
export function Board(props: Props) {
  const { rows, trends, selected, nowMs, columns, sort, direction, density } = props
  const { onSort, onFilterKey, onToggle, onSelectShown, onReplayKey, openAction, openPause } = props
  const router = useRouter()
  const list = useRef<HTMLDivElement>(null)
  // The tab stop follows the topic, not the position: a refresh that reorders rows does not move the reader.
  const [active, setActive] = useState<string | undefined>(undefined)
  const [menuOf, setMenuOf] = useState<string | undefined>(undefined)
  const shownColumns = boardColumns.filter((column) => columns.includes(column.id) || 'isFixed' in column)
  const template = shownColumns.map((column) => column.width).join(' ')
  const columnList = shownColumns.map((column) => column.id).join(',')
  const shownSelected = rows.reduce((count, { row }) => count + (selected.has(row.topic) ? 1 : 0), 0)
  const activeIndex = rows.findIndex(({ row }) => row.topic === active)

  const isTable = useIsWide(1280)
  const [scrollMargin, setScrollMargin] = useState(0)
  const virtual = useWindowVirtualizer({
    count: rows.length,
    estimateSize: () => heights[isTable ? density : 'card'],
    overscan: 6,
    scrollMargin,
    initialRect: usualWindow,
    initialOffset: 0,
    useFlushSync: false,
    // It would go to its first offset: a page that is loaded again, or gone back to, stays where the browser put it.
    observeElementOffset: (instance, tell) => {
      const stop = observeWindowOffset(instance, tell)
      tell(window.scrollY, false)
      return stop
    },
  })
  const group = useRef<HTMLDivElement>(null)
  // Notices, the first steps and a selection come and go above the rows: where those begin is looked at whenever the page changes its height.
  useEffect(() => {
    const place = () =>
      setScrollMargin(Math.round((group.current?.getBoundingClientRect().top ?? 0) + window.scrollY))
    place()
    const observer = new ResizeObserver(place)
    observer.observe(document.body)
    return () => observer.disconnect()
  }, [])
  // Another density or window is another height of every row.
  useEffect(() => virtual.measure(), [density, isTable])
  const drawn = useDrawn(rows.length)
  const seen = virtual.getVirtualItems().slice(0, drawn)
  const [from, to] = [seen[0]?.index ?? 0, seen.at(-1)?.index ?? -1]
  const topOf = (index: number) => (virtual.measurementsCache[index]?.start ?? scrollMargin) - scrollMargin
  const indexes = seen.map(({ index }) => index)
  if (activeIndex !== -1 && activeIndex < from) indexes.unshift(activeIndex)
  if (activeIndex > to) indexes.push(activeIndex)

  const focusWanted = useRef(false)
  const focusRow = (index: number) => {
    const at = Math.min(Math.max(index, 0), rows.length - 1)
    const topic = rows[at]?.row.topic
    if (topic === undefined) return
    focusWanted.current = true
    setActive(topic)
    if (topic === active) focusActive()
  }
  const focusActive = () => {
    if (!focusWanted.current || active === undefined) return
    focusWanted.current = false
    const link = list.current?.querySelector<HTMLElement>(`[data-topic="${CSS.escape(active)}"] a`)
    link?.focus({ preventScroll: true })
    link?.closest('[role=presentation]')?.scrollIntoView({ block: 'nearest' })
  }
  // The row may only have come into the document by being the active one.
  useEffect(focusActive)
  useShortcuts('topics', {
    filter: onFilterKey,
    next: () => focusRow(activeIndex + 1),
    previous: () => focusRow(activeIndex - 1),
    open: () => {
      const topic = rows[activeIndex]?.row.topic
      if (topic) router.push(`/topics/${encodeURIComponent(topic)}`)
    },
    select: () => {
      const topic = rows[activeIndex]?.row.topic
      if (topic) onToggle(topic)
    },
    replay: () => onReplayKey(rows[activeIndex]?.row.topic),
  })

  const rowAt = (index: number) => {
    const item = rows[index]
    return item ? (
      <BoardRowView
        row={item.row}
        verdict={item.verdict}
        columns={columnList}
        staleness={stalenessOf(item.row, nowMs)}
        trend={trends[item.row.topic]}
        index={index}
        measure={isTable ? undefined : virtual.measureElement}
        isSelected={selected.has(item.row.topic)}
        hasMenu={menuOf === item.row.topic}
        openAction={openAction}
        openPause={openPause}
        onToggle={onToggle}
        isTabStop={activeIndex === -1 ? index === 0 : index === activeIndex}
        onFocus={setActive}
      />
    ) : null
  }
  return (
    // biome-ignore lint/a11y/useSemanticElements: see above, rows of a real table cannot be placed by themselves
    // biome-ignore lint/a11y/useKeyWithClickEvents: Enter on a link is a click, which arrives here too
    <div
      ref={list}
      role="table"
      aria-label="Topics"
      // One listener for 1,400 links: a router component for each would take longer to mount than all else.
      onClick={(event) => {
        const menu = event.target instanceof Element ? event.target.closest('[data-row-menu]') : null
        if (menu) setMenuOf(menu.getAttribute('data-row-menu') ?? undefined)
        const href = plainClickOn(event)
        if (!href) return
        event.preventDefault()
        router.push(href)
      }}
      aria-rowcount={rows.length + 1}
      className="text-sm"
      style={{ '--board': template, '--row': density === 'compact' ? '28px' : '36px' } as React.CSSProperties}
    >
      {/* biome-ignore lint/a11y/useSemanticElements: as above */}
      {/* biome-ignore lint/a11y/useFocusableInteractive: header rows are not interactive, their buttons are */}
      <div
        role="row"
        className="sticky top-(--top) z-20 hidden h-8 grid-cols-(--board) items-center gap-x-3 border-y bg-sunken px-4 text-xs text-soft xl:grid"
      >
        {shownColumns.map((column) => {
          const isSorted = column.id === sort
          const Arrow = direction === 'asc' ? ArrowUp : ArrowDown
          const isNumber = 'isNumber' in column
          return (
            // biome-ignore lint/a11y/useSemanticElements: as above
            // biome-ignore lint/a11y/useFocusableInteractive: the button inside is the stop
            <div
              key={column.id}
              role="columnheader"
              aria-sort={isSorted ? (direction === 'asc' ? 'ascending' : 'descending') : 'none'}
              className={cn(
                'min-w-0',
                isNumber && 'text-right',
                column.id === 'topic' && 'flex items-center gap-2',
              )}
            >
              {column.id === 'topic' ? (
                <Tick
                  label="Select the topics shown"
                  checked={shownSelected === rows.length ? true : shownSelected > 0 ? 'mixed' : false}
                  onChange={onSelectShown}
                  className="size-3.5 before:-inset-2"
                />
              ) : null}
              <button
                type="button"
                data-tip={'hint' in column ? column.hint : undefined}
                onClick={() => onSort(column.id)}
                className={cn(
                  'inline-flex max-w-full items-center gap-0.5 rounded font-medium hover:text-ink',
                  isSorted && 'text-ink',
                  isNumber && 'flex-row-reverse',
                )}
              >
                <span className="truncate">{column.label}</span>
                <Arrow aria-hidden="true" className={cn('size-3 shrink-0', !isSorted && 'invisible')} />
              </button>
            </div>
          )
        })}
      </div>
      {/* biome-ignore lint/a11y/useSemanticElements: as above */}
      <div
        ref={group}
        role="rowgroup"
        className="relative"
        style={{ minHeight: virtual.getTotalSize(), paddingTop: topOf(from) }}
      >
        {indexes.map((index) => (
          <div
            key={rows[index]?.row.topic}
            role="presentation"
            className="scroll-mt-24"
            // Scrolled away from: it keeps the focus, so that keys and screen readers keep their place.
            {...(index < from || index > to ? { style: { position: 'absolute', top: topOf(index) } } : {})}
          >
            {rowAt(index)}
          </div>
        ))}
      </div>
    </div>
  )
}

/** Where a click goes that the browser would follow in this very tab; undefined for every other click. */
function plainClickOn(event: MouseEvent): string | undefined {
  if (event.defaultPrevented || event.button !== 0) return undefined
  if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return undefined
  const link = event.target instanceof Element ? event.target.closest('a[href^="/"]') : null
  return link?.getAttribute('href') ?? undefined
}

const staleMs = 180_000

/** Which groups of values are older than three sampler passes, as a text that compares by value. */
function stalenessOf(row: BoardRow['row'], nowMs: number): string {
  const isStale = (at: string | null) => at !== null && nowMs - Date.parse(at) > staleMs
  return `${isStale(row.queue.collectedAt) ? 'q' : ''}${isStale(row.raw.collectedAt) ? 'r' : ''}${
    isStale(row.deadLetters.collectedAt) ? 'd' : ''
  }`
}
