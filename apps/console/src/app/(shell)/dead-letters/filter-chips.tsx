'use client'

import { X } from 'lucide-react'
import { formatAbsolute } from '../../../format/format-time.ts'
import { useZone } from '../../../state/zone.tsx'
import type { FilterChange, FilterState } from './filter-state.ts'
import { statusWords } from './filter-words.ts'

type Props = { state: FilterState; onChange: (change: FilterChange) => void; onClear: () => void }

type Chip = { label: string; value: string; change: FilterChange; isImplied?: boolean }

const lists = ['topic', 'owner', 'stage', 'code', 'fingerprint', 'messageId'] as const
const listLabels = {
  topic: 'topic',
  owner: 'owner',
  stage: 'stage',
  code: 'code',
  fingerprint: 'group',
  messageId: 'id',
}

function chipsOf(state: FilterState, zone: string): Chip[] {
  const chips: Chip[] = []
  for (const name of lists)
    for (const value of state[name]) {
      const rest = (state[name] as string[]).filter((one) => one !== value)
      chips.push({ label: listLabels[name], value, change: { [name]: rest.length > 0 ? rest : null } })
    }
  if (state.status.length === 0)
    chips.push({ label: 'status', value: 'open', change: { status: ['all'] }, isImplied: true })
  for (const status of state.status) {
    const rest = state.status.filter((one) => one !== status)
    const word = status === 'all' ? 'any' : statusWords[status].toLowerCase()
    // Taking the last one away means any status, not the default again.
    const change: FilterChange = { status: status === 'all' ? null : rest.length > 0 ? rest : ['all'] }
    chips.push({ label: 'status', value: word, change })
  }
  if (state.failedFrom || state.failedTo) {
    const word = (at: string | null) => (at ? formatAbsolute(new Date(at), zone) : '…')
    chips.push({
      label: 'failed',
      value: `${word(state.failedFrom)} – ${word(state.failedTo)}`,
      change: { failedFrom: null, failedTo: null },
    })
  } else if (state.last) chips.push({ label: 'last', value: state.last, change: { last: null } })
  if (state.attemptsMin !== null)
    chips.push({ label: 'attempts ≥', value: String(state.attemptsMin), change: { attemptsMin: null } })
  if (state.text) chips.push({ label: 'text', value: state.text, change: { text: null } })
  if (state.path)
    chips.push({ label: state.path, value: state.pathValue ?? '', change: { path: null, pathValue: null } })
  return chips
}

/** Every part of the filter that is in force, each with its way out. */
export function FilterChips({ state, onChange, onClear }: Props) {
  const { zone } = useZone()
  const chips = chipsOf(state, zone)
  return (
    <ul aria-label="Filter in force" className="flex flex-wrap items-center gap-1.5 px-4 pb-2 text-xs">
      {chips.map((chip) => (
        <li key={`${chip.label}:${chip.value}`}>
          <button
            type="button"
            onClick={() => onChange(chip.change)}
            aria-label={`Remove ${chip.label}: ${chip.value}`}
            data-tip={chip.isImplied ? 'Only open ones, unless removed' : 'Remove'}
            className="flex h-6 max-w-80 items-center gap-1 rounded border border-line bg-surface pr-1 pl-2 hover:bg-sunken"
          >
            <span className="text-faint">{chip.label}:</span>
            <span className="truncate">{chip.value}</span>
            <X aria-hidden="true" className="size-3 shrink-0 text-faint" />
          </button>
        </li>
      ))}
      {chips.some((chip) => !chip.isImplied) ? (
        <li>
          <button type="button" onClick={onClear} className="h-6 px-1 text-soft underline underline-offset-2">
            Clear
          </button>
        </li>
      ) : null}
    </ul>
  )
}
