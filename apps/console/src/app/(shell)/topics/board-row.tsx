'use client'

import type { TopicVerdict } from '@lean-ops/common/contract/topic-verdict'
import type { TopicRow } from '@lean-ops/common/contract/topics'
import { Ellipsis } from 'lucide-react'
import dynamic from 'next/dynamic'
import { memo, type ReactNode } from 'react'
import { Sparkline } from '../../../components/charts/sparkline.tsx'
import type { OpenPause } from '../../../components/pauses/use-pause.tsx'
import { VerdictBadge } from '../../../components/status/verdict-badge.tsx'
import { VerdictCard } from '../../../components/status/verdict-card.tsx'
import { Timestamp } from '../../../components/time/timestamp.tsx'
import { cn } from '../../../components/ui/cn.ts'
import { Value } from '../../../components/ui/value.tsx'
import { formatDuration } from '../../../format/format-duration.ts'
import { formatExact } from '../../../format/format-number.ts'
import type { OpenAction } from '../dead-letters/use-actions.tsx'
import { boardColumns, type ColumnId } from './board-columns.ts'
import { howMeasured } from './how-measured.ts'
import { rowMenuLook } from './row-menu-look.ts'

const RowMenu = dynamic(() => import('./row-menu.tsx').then((module) => module.RowMenu), { ssr: false })

type Props = {
  row: TopicRow
  verdict: TopicVerdict
  /** Ids joined by commas: compares by value. */
  columns: string
  /** Letters of the groups of values that are too old: q(ueue), r(AW), d(ead letters). */
  staleness: string
  /** The last hour of the backlog. */
  trend: readonly (number | null)[] | undefined
  /** Its place among all rows, from 0. */
  index: number
  /** Of a card, whose height follows from its content. */
  measure: ((element: HTMLElement | null) => void) | undefined
  isTabStop: boolean
  isSelected: boolean
  /** Its button was the last one pressed of all rows' menus. */
  hasMenu: boolean
  openAction: OpenAction
  openPause: OpenPause
  onFocus: (topic: string) => void
  onToggle: (topic: string) => void
}

const labels = new Map<string, string>(boardColumns.map((column) => [column.id, column.label]))

/** One topic: a table row from 1280 px, a card below. Drawn again only when its own values change. */
export const BoardRowView = memo(function BoardRowView(props: Props) {
  const { row, columns, index, measure, isSelected, onFocus } = props
  return (
    // biome-ignore lint/a11y/useSemanticElements: rows of a table cannot be placed by themselves
    // biome-ignore lint/a11y/useFocusableInteractive: the link inside is the tab stop
    <div
      role="row"
      ref={measure}
      data-index={index}
      // The header is the first.
      aria-rowindex={index + 2}
      data-topic={row.topic}
      onFocus={() => onFocus(row.topic)}
      className={cn(
        'group relative grid items-center border-b hover:bg-sunken focus-within:bg-accent-soft',
        isSelected && 'bg-accent-soft hover:bg-accent-soft',
        'grid-cols-2 sm:grid-cols-4 gap-x-4 gap-y-1 px-4 py-2.5',
        'xl:h-(--row) xl:grid-cols-(--board) xl:gap-x-3 xl:gap-y-0 xl:py-0',
      )}
    >
      {columns.split(',').map((id) => (
        <Cell key={id} id={id as ColumnId}>
          {cellOf(id as ColumnId, props)}
        </Cell>
      ))}
    </div>
  )
})

/** Below 1280 px a card shows the verdict and three numbers; the rest is one tap away. */
const onCards: ReadonlySet<ColumnId> = new Set([
  'topic',
  'verdict',
  'backlog',
  'rawRows',
  'deadLetters',
  'arrival',
])
const wideOnCards: ReadonlySet<ColumnId> = new Set(['topic', 'verdict'])

function Cell({ id, children }: { id: ColumnId; children: ReactNode }) {
  const isNumber = boardColumns.some((column) => column.id === id && 'isNumber' in column)
  return (
    // biome-ignore lint/a11y/useSemanticElements: as its row
    <div
      role="cell"
      className={cn(
        'min-w-0',
        isNumber && 'xl:text-right',
        wideOnCards.has(id) && 'max-xl:col-span-2',
        isNumber && 'max-xl:flex max-xl:justify-between max-xl:gap-2 max-xl:text-xs',
        !onCards.has(id) && 'max-xl:hidden',
      )}
    >
      {isNumber ? (
        <span aria-hidden="true" className="text-faint xl:hidden">
          {labels.get(id)}
        </span>
      ) : null}
      {children}
    </div>
  )
}

function cellOf(id: ColumnId, props: Props): ReactNode {
  const { row, verdict, staleness, trend, isTabStop, isSelected, hasMenu, openAction, openPause, onToggle } =
    props
  const dim = (letter: string) => (staleness.includes(letter) ? 'text-faint italic' : undefined)
  const { queue, raw, deadLetters } = row
  // The age comes from another source than the depth, and at its own time.
  const oldest = { collectedAt: queue.oldestCollectedAt, error: queue.oldestError }
  switch (id) {
    case 'topic':
      return (
        <span className="flex items-center">
          {/* Around the box, so that a thumb finds it; above the link that fills the row. */}
          <label className="relative z-10 -my-2 -ml-2 p-2">
            <input
              type="checkbox"
              aria-label={`Select ${row.topic}`}
              checked={isSelected}
              onChange={() => onToggle(row.topic)}
              tabIndex={isTabStop ? 0 : -1}
              className="block size-3.5 accent-(--accent)"
            />
          </label>
          <a
            href={`/topics/${encodeURIComponent(row.topic)}`}
            tabIndex={isTabStop ? 0 : -1}
            className="flex min-w-0 items-baseline gap-1.5 text-sm font-medium after:absolute after:inset-0 xl:flex-1"
          >
            <span className="truncate font-mono">{row.topic}</span>
            {row.status === 'draft' ? (
              <span className="shrink-0 text-2xs font-normal text-faint">draft</span>
            ) : null}
          </a>
          {hasMenu ? (
            <RowMenu row={row} openAction={openAction} openPause={openPause} />
          ) : (
            // A plain button, as there are 700: the menu itself is made when one is pressed, which the board hears.
            <button
              type="button"
              data-row-menu={row.topic}
              aria-label={`Act on ${row.topic}`}
              aria-haspopup="menu"
              tabIndex={isTabStop ? 0 : -1}
              className={rowMenuLook}
            >
              <Ellipsis aria-hidden="true" className="size-4" />
            </button>
          )}
        </span>
      )
    case 'verdict':
      return (
        <VerdictCard verdict={verdict} topic={row.topic}>
          <span className="relative flex min-w-0 items-center gap-1.5">
            <VerdictBadge state={verdict.state} className="shrink-0 xl:h-5" />
            <span className="truncate text-xs text-soft">{verdict.reasons[0]?.brief}</span>
            {verdict.reasons.length > 1 ? (
              <span className="num shrink-0 text-2xs text-faint">+{verdict.reasons.length - 1}</span>
            ) : null}
          </span>
        </VerdictCard>
      )
    case 'backlog':
      return (
        <span className="relative flex items-center justify-end gap-2">
          <span className="max-xl:hidden">
            <Sparkline values={trend} label="Backlog of the last hour" />
          </span>
          <Value
            value={queue.visible}
            why={howMeasured(queue, 'waiting')}
            className={cn('min-w-12 text-right', dim('q'))}
          />
        </span>
      )
    case 'inFlight':
      return (
        <Value
          value={queue.inFlight}
          why={howMeasured(queue, 'in flight')}
          className={cn('relative', dim('q'))}
        />
      )
    case 'oldest':
      return queue.oldestSeconds === null ? (
        <Value
          value={null}
          why={queue.visible === 0 ? 'nothing waits' : howMeasured(oldest, 'no age known')}
          className="relative"
        />
      ) : (
        <span
          data-tip={howMeasured(oldest, 'oldest waiting message')}
          className={cn('num relative', dim('q'))}
        >
          {formatDuration(queue.oldestSeconds)}
        </span>
      )
    case 'arrival':
      return row.lastArrivalAt === null ? (
        <Value value={null} why="no message was seen yet" className="relative" />
      ) : (
        <Timestamp at={row.lastArrivalAt} isTabStop={false} className="relative" />
      )
    case 'rawRows':
      return (
        <Value value={raw.rows} unit="rows" why={howMeasured(raw)} className={cn('relative', dim('r'))} />
      )
    case 'snapshot':
      return raw.snapshotId === null || raw.snapshotAt === null ? (
        <Value
          value={null}
          why={raw.collectedAt === null ? 'never read' : 'no commit yet'}
          className="relative"
        />
      ) : (
        <span className={cn('relative inline-flex items-center gap-2', dim('r'))}>
          <span className="num text-xs text-faint" data-tip={`Snapshot ${raw.snapshotId}`}>
            …{raw.snapshotId.slice(-4)}
          </span>
          <Timestamp at={raw.snapshotAt} prefix="committed" isTabStop={false} />
        </span>
      )
    case 'deadLetters':
      return deadLetters.open ? (
        <a
          href={`/dead-letters?topic=${encodeURIComponent(row.topic)}`}
          tabIndex={-1}
          data-tip={howMeasured(deadLetters, 'open')}
          className={cn('num relative text-warning underline-offset-2 hover:underline', dim('d'))}
        >
          {formatExact(deadLetters.open)}
        </a>
      ) : (
        <Value
          value={deadLetters.open}
          why={howMeasured(deadLetters, 'open')}
          className={cn('relative', dim('d'))}
        />
      )
    case 'owner':
      return <span className="block truncate text-soft">{row.owner}</span>
  }
}
