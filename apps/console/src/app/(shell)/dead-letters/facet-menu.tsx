'use client'

import { Check, ChevronDown } from 'lucide-react'
import { useState } from 'react'
import { Button } from '../../../components/ui/button.tsx'
import { cn } from '../../../components/ui/cn.ts'
import { Popover } from '../../../components/ui/popover.tsx'
import { formatCompact } from '../../../format/format-number.ts'

type Value = { value: string; label: string; count: number }

type Props = {
  label: string
  values: readonly Value[]
  chosen: readonly string[]
  onChange: (chosen: string[]) => void
}

const shownMax = 100

/** The values of one field with how many dead letters have each; ticking several means any of them. */
export function FacetMenu({ label, values, chosen, onChange }: Props) {
  const [text, setText] = useState('')
  const missing = chosen.filter((value) => value !== 'all' && !values.some((one) => one.value === value))
  const all = [...missing.map((value) => ({ value, label: value, count: 0 })), ...values]
  const shown = all.filter((one) => one.label.toLowerCase().includes(text.toLowerCase()))
  return (
    <Popover
      label={`Filter by ${label.toLowerCase()}`}
      onOpenChange={() => setText('')}
      trigger={
        <Button className={cn(chosen.length > 0 && 'border-accent bg-accent-soft hover:bg-accent-soft')}>
          {label}
          {chosen.length > 0 ? <span className="num text-xs">{chosen.length}</span> : null}
          <ChevronDown aria-hidden="true" className="!size-3.5 text-faint" />
        </Button>
      }
    >
      {all.length > 8 ? (
        <input
          type="search"
          value={text}
          onChange={(event) => setText(event.target.value)}
          aria-label={`Find a ${label.toLowerCase()}`}
          placeholder={`Find a ${label.toLowerCase()}`}
          className="h-9 shrink-0 border-b bg-transparent px-3 text-sm outline-none placeholder:text-faint"
        />
      ) : null}
      <ul className="min-h-0 overflow-auto p-1">
        {shown.slice(0, shownMax).map((one) => {
          const isOn = chosen.includes(one.value)
          return (
            <li key={one.value}>
              <label className="flex min-h-8 cursor-pointer items-center gap-2 rounded px-2 text-sm hover:bg-sunken has-focus-visible:bg-accent-soft">
                <input
                  type="checkbox"
                  checked={isOn}
                  onChange={() =>
                    onChange(
                      isOn
                        ? chosen.filter((value) => value !== one.value)
                        : [...chosen.filter((value) => value !== 'all'), one.value],
                    )
                  }
                  className="peer sr-only"
                />
                <span
                  aria-hidden="true"
                  className="grid size-4 shrink-0 place-items-center rounded border border-line-strong text-transparent peer-checked:border-accent peer-checked:bg-accent peer-checked:text-accent-ink"
                >
                  <Check className="size-3" />
                </span>
                <span className="min-w-0 flex-1 truncate">{one.label}</span>
                <span className="num text-xs text-faint">{formatCompact(one.count)}</span>
              </label>
            </li>
          )
        })}
        {shown.length === 0 ? <li className="p-3 text-sm text-soft">No value.</li> : null}
      </ul>
      {shown.length > shownMax ? (
        <p className="border-t px-3 py-1.5 text-xs text-soft">First {shownMax}; type to find others.</p>
      ) : null}
    </Popover>
  )
}
