import { formatCompact, formatExact } from '../../format/format-number.ts'
import { cn } from './cn.ts'

type Props = {
  /** null: not known. */
  value: number | null
  /** Why it is not known, or how it was measured; shown on hover. */
  why?: string
  unit?: string
  className?: string
}

/** A count: compact, exact on hover. Unknown is "–" with the reason, never 0. */
export function Value({ value, why, unit = '', className }: Props) {
  if (value === null)
    return (
      <span data-tip={why ?? 'not known yet'} className={cn('num text-faint', className)}>
        –<span className="sr-only"> not known{why ? `: ${why}` : ''}</span>
      </span>
    )
  const exact = `${formatExact(value)}${unit ? ` ${unit}` : ''}`
  return (
    <span data-tip={why ? `${exact}\n${why}` : exact} className={cn('num', className)}>
      {formatCompact(value)}
    </span>
  )
}
