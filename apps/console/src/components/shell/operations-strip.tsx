'use client'

import type { Pulse } from '@lean-ops/common/contract/pulse'
import Link from 'next/link'
import { formatExact, formatShare } from '../../format/format-number.ts'
import { OperationBadge } from '../operations/operation-badge.tsx'

/** My newest running operation under the header of every page, and how many more run. */
export function OperationsStrip({ pulse }: { pulse: Pulse | undefined }) {
  const mine = pulse?.operations[0]
  if (!pulse || !mine) return null
  const others = Math.max(0, pulse.counts.operationsLive - 1)
  const share = mine.total === 0 ? 0 : mine.done / mine.total
  return (
    <section
      aria-label="Running operations"
      className="flex h-9 items-center gap-3 border-b bg-surface px-4 text-sm"
    >
      <OperationBadge state={mine.state} className="h-5" />
      <Link
        href={`/operations/${mine.id}`}
        prefetch={false}
        className="min-w-0 truncate font-medium underline-offset-2 hover:underline"
      >
        {mine.title}
      </Link>
      <span aria-hidden="true" className="hidden h-1.5 w-32 overflow-hidden rounded-full bg-line sm:block">
        <span className="block h-full bg-accent" style={{ width: `${share * 100}%` }} />
      </span>
      <span className="num text-xs text-soft">
        {formatExact(mine.done)} / {formatExact(mine.total)}
        <span className="max-sm:hidden"> · {formatShare(share)}</span>
      </span>
      {others > 0 ? (
        <Link
          href="/operations"
          prefetch={false}
          className="num text-xs text-soft underline underline-offset-2"
        >
          +{others} more
        </Link>
      ) : null}
    </section>
  )
}
