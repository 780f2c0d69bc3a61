'use client'

import type { DeadLetterFilter } from '@lean-ops/common/contract/dead-letter-filter'
import { Download, RotateCcw, Trash2, Wand, X } from 'lucide-react'
import { ActionButton } from '../../../components/operations/action-button.tsx'
import { quickMax, useQuickAction } from '../../../components/operations/use-quick-action.ts'
import { Button } from '../../../components/ui/button.tsx'
import { formatCount, formatExact } from '../../../format/format-number.ts'
import { isNarrowed } from './is-narrowed.ts'
import { countSelected, emptySelection, planSelection, type Selection } from './selection.ts'
import type { OpenAction, OpenTransform } from './use-actions.tsx'

type Props = {
  selection: Selection
  loaded: number
  matching: number
  isExact: boolean
  filter: DeadLetterFilter
  onSelection: (selection: Selection) => void
  openAction: OpenAction
  openTransform: (selection: Parameters<OpenTransform>[0]) => void
  /** All of them failed for one reason and may pass unchanged: few can then be replayed by one click. */
  isOneGroup: boolean
}

/** What is selected, in all three counts, and what can be done with it. */
export function SelectionBar({
  selection,
  loaded,
  matching,
  isExact,
  filter,
  onSelection,
  openAction,
  openTransform,
  isOneGroup,
}: Props) {
  const quick = useQuickAction(openAction)
  const count = countSelected(selection, matching)
  if (count === 0 && selection.by === 'ids') return null
  const about = isExact ? '' : 'at least '
  return (
    <section
      aria-label="Selection"
      className="sticky bottom-0 z-20 flex flex-wrap items-center gap-x-3 gap-y-1.5 border-t bg-raised px-4 py-2 text-sm shadow-float"
    >
      <p className="num">
        <strong>
          {selection.by === 'ids' ? formatExact(count) : `${about}${formatExact(count)}`} selected
        </strong>
        <span className="text-soft">
          {selection.by === 'filter'
            ? ` · all ${about}${formatExact(matching)} matching${selection.except.size > 0 ? `, minus ${formatExact(selection.except.size)}` : ''}`
            : ` · ${formatCount(loaded, 'row')} loaded`}
        </span>
      </p>
      {selection.by === 'ids' && matching > count ? (
        <Button
          size="sm"
          onClick={() => onSelection({ by: 'filter', except: new Set() })}
          disabled={!isNarrowed(filter)}
          data-tip={
            isNarrowed(filter) ? undefined : 'Narrow the filter first: “all” of everything is refused'
          }
        >
          Select all {about}
          {formatExact(matching)} matching
        </Button>
      ) : null}
      <div className="flex-1" />
      {isOneGroup && count <= quickMax ? (
        <ActionButton
          permission="replay"
          intent="primary"
          refusal={quick.isPending ? 'Being started…' : undefined}
          onClick={() =>
            quick.mutate(
              { kind: 'replay', selection: planSelection(selection, filter), count },
              { onSuccess: (operation) => (operation ? onSelection(emptySelection) : undefined) },
            )
          }
        >
          <RotateCcw aria-hidden="true" />
          Replay {formatExact(count)} in 5 s
        </ActionButton>
      ) : null}
      <ActionButton
        permission="replay"
        intent={isOneGroup && count <= quickMax ? 'plain' : 'primary'}
        refusal={count === 0 ? 'Nothing is selected' : undefined}
        onClick={() => openAction('replay', planSelection(selection, filter))}
      >
        <RotateCcw aria-hidden="true" />
        Replay…
      </ActionButton>
      <ActionButton
        permission="edit"
        refusal={count === 0 ? 'Nothing is selected' : undefined}
        onClick={() => openTransform(planSelection(selection, filter))}
      >
        <Wand aria-hidden="true" />
        Transform…
      </ActionButton>
      <ActionButton
        permission="discard"
        intent="danger"
        refusal={count === 0 ? 'Nothing is selected' : undefined}
        onClick={() => openAction('discard', planSelection(selection, filter))}
      >
        <Trash2 aria-hidden="true" />
        Discard…
      </ActionButton>
      <ActionButton
        permission="export"
        refusal={count === 0 ? 'Nothing is selected' : undefined}
        onClick={() => openAction('export', planSelection(selection, filter))}
      >
        <Download aria-hidden="true" />
        Export…
      </ActionButton>
      <Button
        intent="ghost"
        size="iconSm"
        aria-label="Clear the selection"
        onClick={() => onSelection(emptySelection)}
      >
        <X aria-hidden="true" />
      </Button>
    </section>
  )
}
