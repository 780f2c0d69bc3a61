import { ChevronDown } from 'lucide-react'
import { cn } from './cn.ts'

type Props = {
  label: string
  value: string
  options: readonly { value: string; label: string }[]
  onChange: (value: string) => void
  className?: string
}

/** The browser's own select: keyboard, touch and screen readers know it. */
export function Select({ label, value, options, onChange, className }: Props) {
  return (
    <span className={cn('relative inline-block', className)}>
      <select
        aria-label={label}
        value={value}
        onChange={(event) => onChange(event.target.value)}
        className="h-8 w-full appearance-none rounded-md border border-line bg-surface pr-7 pl-2.5 text-sm"
      >
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.label}
          </option>
        ))}
      </select>
      <ChevronDown
        aria-hidden="true"
        className="pointer-events-none absolute top-2 right-2 size-4 text-faint"
      />
    </span>
  )
}
