'use client'

import { Check, Minus } from 'lucide-react'
import { Checkbox } from 'radix-ui'
import { cn } from './cn.ts'

type Props = {
  label: string
  checked: boolean | 'mixed'
  onChange: (checked: boolean) => void
  isTabStop?: boolean
  className?: string
}

/** A tick box with a label for who cannot see its place. */
export function Tick({ label, checked, onChange, isTabStop = true, className }: Props) {
  return (
    <Checkbox.Root
      aria-label={label}
      checked={checked === 'mixed' ? 'indeterminate' : checked}
      onCheckedChange={() => onChange(checked !== true)}
      tabIndex={isTabStop ? 0 : -1}
      className={cn(
        'relative grid size-4 shrink-0 place-items-center rounded border border-line-strong bg-surface before:absolute before:-inset-2.5 data-[state=checked]:border-accent data-[state=checked]:bg-accent data-[state=indeterminate]:border-accent data-[state=indeterminate]:bg-accent',
        className,
      )}
    >
      <Checkbox.Indicator className="text-accent-ink">
        {checked === 'mixed' ? <Minus className="size-3" /> : <Check className="size-3" />}
      </Checkbox.Indicator>
    </Checkbox.Root>
  )
}
