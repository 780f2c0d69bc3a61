'use client'

import { useState } from 'react'

type Props = {
  label: string
  placeholder: string
  value: string | null
  onChange: (value: string | null) => void
}

/** A text part of a filter: takes effect on Enter or when it is left, so that typing does not search. */
export function TextFilter({ label, placeholder, value, onChange }: Props) {
  const [draft, setDraft] = useState({ applied: value, text: value ?? '' })
  if (draft.applied !== value) setDraft({ applied: value, text: value ?? '' })
  const apply = () => {
    const next = draft.text.trim() || null
    if (next !== value) onChange(next)
  }
  return (
    <input
      type="search"
      aria-label={label}
      placeholder={placeholder}
      value={draft.text}
      onChange={(event) => setDraft({ applied: value, text: event.target.value })}
      onBlur={apply}
      onKeyDown={(event) => {
        if (event.key === 'Enter') apply()
        if (event.key === 'Escape') event.currentTarget.blur()
      }}
      className="h-8 w-44 rounded-md border border-line bg-surface px-2.5 text-sm placeholder:text-faint"
    />
  )
}
