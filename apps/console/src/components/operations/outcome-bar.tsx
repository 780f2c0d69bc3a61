import type { OperationCounts } from '@lean-ops/common/contract/operation'
import { formatExact } from '../../format/format-number.ts'
import { cn } from '../ui/cn.ts'
import { countWords } from './operation-words.ts'

/** What became of the items, as one bar. The words stand beside it or in its label. */
export function OutcomeBar({ counts, className }: { counts: OperationCounts; className?: string }) {
  const parts = countWords.filter(({ word }) => counts[word] > 0)
  const label = parts
    .map(({ word, label }) => `${formatExact(counts[word])} ${label.toLowerCase()}`)
    .join(', ')
  return (
    <div
      role="img"
      aria-label={`${formatExact(counts.total)} messages: ${label || 'none'}`}
      data-tip={label}
      className={cn('flex h-2 overflow-hidden rounded-full bg-line', className)}
    >
      {parts.map(({ word, color }) => (
        <span
          key={word}
          className="transition-[flex-grow] duration-150"
          style={{ flexGrow: counts[word], flexBasis: 0, minWidth: 2, background: color }}
        />
      ))}
    </div>
  )
}
