'use client'

import { Columns3, Rows2, Rows4, Search, X } from 'lucide-react'
import type { ReactNode, RefObject } from 'react'
import { Button } from '../../../components/ui/button.tsx'
import { Menu, MenuTick } from '../../../components/ui/menu.tsx'
import { Select } from '../../../components/ui/select.tsx'
import type { Density } from '../../../state/density.ts'
import { boardColumns, type ColumnId, defaultColumns } from './board-columns.ts'
import { type HasChoice, hasChoices } from './search-params.ts'

type Params = { q: string; owner: string | null; has: HasChoice[]; cols: ColumnId[] }

type Props = {
  inputRef: RefObject<HTMLInputElement | null>
  params: Params
  owners: readonly string[]
  density: Density
  onChange: (change: {
    q?: string | null
    owner?: string | null
    has?: HasChoice[] | null
    cols?: ColumnId[] | null
  }) => void
  onDensity: (density: Density) => void
  children: ReactNode
}

const hasLabels: Record<HasChoice, string> = {
  backlog: 'Backlog',
  'dead-letters': 'Dead letters',
  arrivals: 'Arrivals in 10 m',
}

/** Text, owner and "has" filters, columns and density; all but density live in the address. */
export function BoardToolbar({ inputRef, params, owners, density, onChange, onDensity, children }: Props) {
  const { q, owner, has, cols } = params
  const toggleColumn = (id: ColumnId, isShown: boolean) => {
    const next = boardColumns
      .map((column) => column.id)
      .filter((one) => (one === id ? isShown : cols.includes(one)))
    onChange({ cols: next.join() === defaultColumns.join() ? null : next })
  }
  return (
    <div className="flex flex-wrap items-center gap-x-2 gap-y-1.5 px-4 pb-2">
      <div className="relative w-full sm:w-60">
        <Search aria-hidden="true" className="absolute top-2 left-2.5 size-4 text-faint" />
        <input
          ref={inputRef}
          type="search"
          value={q}
          aria-label="Filter topics by name or owner"
          placeholder="Filter by name or owner"
          onChange={(event) => onChange({ q: event.target.value || null })}
          onKeyDown={(event) => {
            if (event.key !== 'Escape') return
            if (q) onChange({ q: null })
            else event.currentTarget.blur()
          }}
          className="h-8 w-full rounded-md border border-line bg-surface pr-2 pl-8 text-sm placeholder:text-faint"
        />
      </div>
      <Select
        label="Owner"
        value={owner ?? ''}
        options={[{ value: '', label: 'Any owner' }, ...owners.map((value) => ({ value, label: value }))]}
        onChange={(value) => onChange({ owner: value || null })}
      />
      {hasChoices.map((choice) => {
        const isOn = has.includes(choice)
        return (
          <Button
            key={choice}
            aria-pressed={isOn}
            size="md"
            className={isOn ? 'border-accent bg-accent-soft hover:bg-accent-soft' : 'max-md:hidden'}
            onClick={() => {
              const next = isOn ? has.filter((one) => one !== choice) : [...has, choice]
              onChange({ has: next.length > 0 ? next : null })
            }}
          >
            {hasLabels[choice]}
            {isOn ? <X aria-hidden="true" className="!size-3.5" /> : null}
          </Button>
        )
      })}
      <div className="flex-1" />
      <Button
        intent="ghost"
        size="iconSm"
        className="max-md:hidden"
        aria-label={density === 'compact' ? 'Comfortable rows' : 'Compact rows'}
        data-tip={density === 'compact' ? 'Comfortable rows' : 'Compact rows'}
        onClick={() => onDensity(density === 'compact' ? 'comfortable' : 'compact')}
      >
        {density === 'compact' ? <Rows2 aria-hidden="true" /> : <Rows4 aria-hidden="true" />}
      </Button>
      <Menu
        trigger={
          <Button intent="ghost" size="sm" className="max-md:hidden">
            <Columns3 aria-hidden="true" />
            Columns
          </Button>
        }
      >
        {boardColumns.map((column) =>
          'isFixed' in column ? null : (
            <MenuTick
              key={column.id}
              checked={cols.includes(column.id)}
              onChange={(isShown) => toggleColumn(column.id, isShown)}
            >
              {column.label}
            </MenuTick>
          ),
        )}
      </Menu>
      {children}
    </div>
  )
}
