'use client'

import { Tabs as Radix } from 'radix-ui'
import type { ReactNode } from 'react'
import { cn } from './cn.ts'

type Tab<T extends string> = { id: T; label: ReactNode; content: ReactNode }

type Props<T extends string> = {
  label: string
  value: T
  onChange: (value: T) => void
  tabs: readonly Tab<T>[]
  className?: string
  listClassName?: string
}

/** Tabs whose choice belongs to the caller, as it lives in the address. */
export function Tabs<T extends string>({ label, value, onChange, tabs, className, listClassName }: Props<T>) {
  return (
    <Radix.Root value={value} onValueChange={(next) => onChange(next as T)} className={className}>
      <Radix.List aria-label={label} className={cn('flex gap-1 overflow-x-auto border-b', listClassName)}>
        {tabs.map((tab) => (
          <Radix.Trigger
            key={tab.id}
            value={tab.id}
            className="-mb-px h-9 shrink-0 border-b-2 border-transparent px-2.5 text-sm whitespace-nowrap text-soft hover:text-ink data-[state=active]:border-accent data-[state=active]:font-medium data-[state=active]:text-ink"
          >
            {tab.label}
          </Radix.Trigger>
        ))}
      </Radix.List>
      {tabs.map((tab) => (
        <Radix.Content key={tab.id} value={tab.id} className="outline-none">
          {tab.content}
        </Radix.Content>
      ))}
    </Radix.Root>
  )
}
