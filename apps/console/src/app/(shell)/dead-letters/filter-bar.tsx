'use client'

import type { DeadLetterFilter } from '@lean-ops/common/contract/dead-letter-filter'
import type { FacetName } from '@lean-ops/common/contract/dead-letter-query'
import { useQuery } from '@tanstack/react-query'
import { Search } from 'lucide-react'
import { type FormEvent, type RefObject, useState } from 'react'
import { Select } from '../../../components/ui/select.tsx'
import { facetsQuery } from '../../../queries/dead-letters.ts'
import { FacetMenu } from './facet-menu.tsx'
import type { FilterChange, FilterState } from './filter-state.ts'
import { statusWords, timeChoices } from './filter-words.ts'
import { parseSearch } from './parse-search.ts'

const facets: readonly { name: FacetName; label: string }[] = [
  { name: 'topic', label: 'Topic' },
  { name: 'code', label: 'Code' },
  { name: 'stage', label: 'Stage' },
  { name: 'status', label: 'Status' },
  { name: 'owner', label: 'Owner' },
]

type Props = {
  inputRef: RefObject<HTMLInputElement | null>
  filter: DeadLetterFilter
  state: FilterState
  onChange: (change: FilterChange) => void
}

/** Text or JSON path, facets with their counts, and the window of time. */
export function FilterBar({ inputRef, filter, state, onChange }: Props) {
  const { data } = useQuery(facetsQuery(filter))
  const applied =
    state.path && state.pathValue !== null ? `${state.path} = ${state.pathValue}` : (state.text ?? '')
  const [draft, setDraft] = useState({ applied, text: applied })
  // What was applied elsewhere (a chip removed, back, a saved view) replaces the draft.
  if (draft.applied !== applied) setDraft({ applied, text: applied })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    onChange(parseSearch(draft.text))
  }
  return (
    <div className="flex flex-wrap items-center gap-x-2 gap-y-1.5 px-4 pb-2">
      <search className="w-full sm:w-72">
        <form onSubmit={submit} className="relative">
          <Search aria-hidden="true" className="absolute top-2 left-2.5 size-4 text-faint" />
          <input
            ref={inputRef}
            type="search"
            value={draft.text}
            aria-label="Text in the body, message id, or $.path = value; Enter searches"
            placeholder="Text or $.path = value"
            onChange={(event) => setDraft({ applied, text: event.target.value })}
            onBlur={submit}
            onKeyDown={(event) => {
              if (event.key === 'Escape') event.currentTarget.blur()
            }}
            className="h-8 w-full rounded-md border border-line bg-surface pr-2 pl-8 text-sm placeholder:text-faint"
          />
        </form>
      </search>
      {facets.map(({ name, label }) => (
        <FacetMenu
          key={name}
          label={label}
          values={(data?.[name] ?? []).map(({ value, count }) => ({
            value,
            count,
            label: name === 'status' ? (statusWords[value as keyof typeof statusWords] ?? value) : value,
          }))}
          chosen={state[name]}
          onChange={(chosen) => onChange({ [name]: chosen.length > 0 ? chosen : null })}
        />
      ))}
      <Select
        label="Window of time"
        value={state.failedFrom || state.failedTo ? 'custom' : (state.last ?? '')}
        options={[
          ...timeChoices,
          ...(state.failedFrom || state.failedTo ? [{ value: 'custom', label: 'From the chart' }] : []),
        ]}
        onChange={(value) => {
          if (value !== 'custom') onChange({ last: value || null, failedFrom: null, failedTo: null })
        }}
      />
    </div>
  )
}
