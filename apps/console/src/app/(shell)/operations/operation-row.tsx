'use client'

import type { OperationView } from '@lean-ops/common/contract/operation-view'
import Link from 'next/link'
import { memo } from 'react'
import { OperationBadge } from '../../../components/operations/operation-badge.tsx'
import { doneOf } from '../../../components/operations/operation-words.ts'
import { OutcomeBar } from '../../../components/operations/outcome-bar.tsx'
import { Timestamp } from '../../../components/time/timestamp.tsx'
import { formatExact } from '../../../format/format-number.ts'

type Props = { operation: OperationView; isTabStop: boolean; onFocus: (id: string) => void }

/** One operation: what, who, why, how far. */
export const OperationRow = memo(function OperationRow({ operation, isTabStop, onFocus }: Props) {
  const { counts } = operation
  return (
    <li className="relative grid grid-cols-[1fr_auto] items-center gap-x-4 gap-y-1.5 border-b px-4 py-2.5 focus-within:bg-accent-soft hover:bg-sunken md:grid-cols-[13rem_1fr_18rem]">
      <span className="max-md:order-2 max-md:justify-self-end">
        <OperationBadge state={operation.state} />
      </span>
      <div className="min-w-0 max-md:order-1">
        <Link
          href={`/operations/${operation.id}`}
          prefetch={false}
          data-operation={operation.id}
          tabIndex={isTabStop ? 0 : -1}
          onFocus={() => onFocus(operation.id)}
          className="block text-sm font-medium after:absolute after:inset-0 md:truncate"
        >
          {operation.title}
        </Link>
        <p className="flex flex-wrap gap-x-2 text-xs text-soft">
          <span>{operation.actor.name}</span>
          <Timestamp at={operation.createdAt} isTabStop={false} className="relative" />
          <span className="min-w-0 md:truncate">{operation.reason}</span>
        </p>
      </div>
      <div className="max-md:order-3 max-md:col-span-2">
        <OutcomeBar counts={counts} className="relative" />
        <p className="num mt-1 text-right text-xs text-soft max-md:text-left">
          {formatExact(doneOf(counts))} / {formatExact(counts.total)}
          {counts.returned > 0 ? (
            <span className="text-degraded"> · {formatExact(counts.returned)} returned</span>
          ) : null}
          {counts.failed > 0 ? (
            <span className="text-breaker"> · {formatExact(counts.failed)} failed</span>
          ) : null}
        </p>
      </div>
    </li>
  )
})
