'use client'

import type { PlanSelection } from '@lean-ops/common/contract/plan'
import { Download, Inbox, RotateCcw, Trash2, X } from 'lucide-react'
import Link from 'next/link'
import { ActionButton } from '../../../components/operations/action-button.tsx'
import type { OpenPause } from '../../../components/pauses/use-pause.tsx'
import { Button } from '../../../components/ui/button.tsx'
import { formatCount } from '../../../format/format-number.ts'
import type { OpenAction } from '../dead-letters/use-actions.tsx'
import type { BoardRow } from './arrange-topics.ts'
import { PauseButtons } from './pause-buttons.tsx'
import { RunButtons } from './run-buttons.tsx'

/** How many topics a filter of dead letters takes. */
const topicsMax = 100

type Props = {
  /** The selected rows, also those the filter hides now. */
  rows: readonly BoardRow[]
  shown: number
  onClear: () => void
  openAction: OpenAction
  openPause: OpenPause
}

/** The open dead letters of these topics, as a plan takes them. */
export function openLettersOf(topics: readonly string[]): PlanSelection {
  return { by: 'filter', filter: { topic: [...topics], status: ['open'] }, except: [] }
}

/** What is selected on the board, and what can be done with all of it at once. */
export function TopicsSelectionBar({ rows, shown, onClear, openAction, openPause }: Props) {
  if (rows.length === 0) return null
  const topics = rows.map(({ row }) => row.topic)
  const open = rows.reduce((sum, { row }) => sum + (row.deadLetters.open ?? 0), 0)
  const refusal =
    rows.length > topicsMax
      ? `At most ${topicsMax} topics at once`
      : open === 0
        ? 'They have no open dead letters'
        : undefined
  return (
    <section
      aria-label="Selection"
      className="sticky bottom-0 z-20 flex flex-wrap items-center gap-x-3 gap-y-1.5 border-t bg-raised px-4 py-2 text-sm shadow-float"
    >
      <p className="num">
        <strong>{formatCount(rows.length, 'topic')} selected</strong>
        <span className="text-soft">
          {shown < rows.length ? ` · ${rows.length - shown} hidden by the filter` : ''}
          {` · ${formatCount(open, 'open dead letter')}`}
        </span>
      </p>
      <div className="flex-1" />
      <Button asChild size="sm">
        <Link
          href={`/dead-letters?${new URLSearchParams(topics.slice(0, topicsMax).map((topic) => ['topic', topic]))}`}
          prefetch={false}
        >
          <Inbox aria-hidden="true" />
          Dead letters
        </Link>
      </Button>
      <ActionButton
        permission="replay"
        intent="primary"
        refusal={refusal}
        onClick={() => openAction('replay', openLettersOf(topics))}
      >
        <RotateCcw aria-hidden="true" />
        Replay dead letters…
      </ActionButton>
      <RunButtons topics={topics} openAction={openAction} />
      <PauseButtons topics={rows.map(({ row }) => row)} openPause={openPause} />
      <ActionButton
        permission="discard"
        intent="danger"
        refusal={refusal}
        onClick={() => openAction('discard', openLettersOf(topics))}
      >
        <Trash2 aria-hidden="true" />
        Discard…
      </ActionButton>
      <ActionButton
        permission="export"
        refusal={refusal}
        onClick={() => openAction('export', openLettersOf(topics))}
      >
        <Download aria-hidden="true" />
        Export…
      </ActionButton>
      <Button intent="ghost" size="iconSm" aria-label="Clear the selection" onClick={onClear}>
        <X aria-hidden="true" />
      </Button>
    </section>
  )
}
