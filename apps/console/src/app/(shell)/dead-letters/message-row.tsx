'use client'

import type { DeadLetterRow } from '@lean-ops/common/contract/dead-letter'
import { memo } from 'react'
import { Timestamp } from '../../../components/time/timestamp.tsx'
import { cn } from '../../../components/ui/cn.ts'
import { Tick } from '../../../components/ui/tick.tsx'
import { formatSize } from '../../../format/format-size.ts'
import { CodeBadge } from './code-badge.tsx'
import { StatusBadge } from './status-badge.tsx'

type Props = {
  row: DeadLetterRow
  isTabStop: boolean
  isOpen: boolean
  isSelected: boolean
  onFocus: (id: string) => void
  onOpen: (id: string) => void
  onToggle: (id: string) => void
}

/** One dead letter: what went wrong in words, then what it is. Carries no payload. */
export const MessageRow = memo(function MessageRow({
  row,
  isTabStop,
  isOpen,
  isSelected,
  onFocus,
  onOpen,
  onToggle,
}: Props) {
  return (
    <li
      className={cn(
        'relative flex items-start gap-3 border-b px-4 py-2 [contain-intrinsic-size:auto_54px] [content-visibility:auto] hover:bg-sunken focus-within:bg-accent-soft',
        isOpen && 'bg-accent-soft',
      )}
    >
      <Tick
        label={`Select ${row.messageId}`}
        checked={isSelected}
        isTabStop={isTabStop}
        onChange={() => onToggle(row.id)}
        className="z-10 mt-0.5"
      />
      <div className="min-w-0 flex-1">
        <button
          type="button"
          data-letter={row.id}
          tabIndex={isTabStop ? 0 : -1}
          aria-current={isOpen ? 'true' : undefined}
          onFocus={() => onFocus(row.id)}
          onClick={() => onOpen(row.id)}
          className="block max-w-full truncate text-left text-sm after:absolute after:inset-0"
        >
          {row.errorMessage}
        </button>
        <p className="mt-0.5 flex flex-wrap items-center gap-x-2.5 gap-y-0.5 text-xs text-soft">
          <CodeBadge code={row.code} />
          <span className="font-mono text-ink">{row.topic}</span>
          <span>{row.stage}</span>
          <span className="num" data-tip={`Message id ${row.messageId}`}>
            {row.messageId.slice(0, 8)}
          </span>
          <span className="num">{formatSize(row.sizeBytes)}</span>
          {row.attempt > 1 ? <span>attempt {row.attempt}</span> : null}
        </p>
      </div>
      <div className="relative flex shrink-0 flex-col items-end gap-0.5">
        <Timestamp at={row.lastFailedAt} isTabStop={false} className="text-xs" />
        {row.status === 'open' ? null : <StatusBadge status={row.status} />}
      </div>
    </li>
  )
})
