'use client'

import { type VerdictState, verdictFacts, verdictStates } from '@lean-ops/common/contract/topic-verdict'
import { VerdictIcon } from '../../../components/status/verdict-badge.tsx'
import { cn } from '../../../components/ui/cn.ts'
import { formatExact } from '../../../format/format-number.ts'

type Props = {
  /** undefined while loading. */
  counts: Record<VerdictState, number> | undefined
  chosen: readonly VerdictState[]
  onChange: (chosen: VerdictState[]) => void
}

/** One tile per verdict: its count, and a filter by a click. */
export function VerdictTiles({ counts, chosen, onChange }: Props) {
  return (
    <fieldset className="flex flex-wrap gap-1.5">
      <legend className="sr-only">Filter by verdict</legend>
      {verdictStates.map((state) => {
        const isChosen = chosen.includes(state)
        return (
          <button
            key={state}
            type="button"
            aria-pressed={isChosen}
            data-tip={verdictFacts[state].meaning}
            onClick={() => onChange(isChosen ? chosen.filter((one) => one !== state) : [...chosen, state])}
            className={cn(
              'flex h-8 items-center gap-1.5 rounded-md border bg-surface px-2.5 text-sm hover:bg-sunken',
              isChosen && 'border-accent bg-accent-soft hover:bg-accent-soft',
              counts?.[state] === 0 && !isChosen && 'text-faint',
            )}
          >
            <VerdictIcon state={state} className={cn(counts?.[state] === 0 && !isChosen && 'text-faint')} />
            {verdictFacts[state].word}
            <span className="num min-w-[2ch] text-right font-semibold">
              {counts ? formatExact(counts[state]) : '–'}
            </span>
          </button>
        )
      })}
    </fieldset>
  )
}
