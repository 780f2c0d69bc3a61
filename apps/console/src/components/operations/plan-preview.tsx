'use client'

import { operationKindFacts } from '@lean-ops/common/contract/operation-facts'
import type { Plan } from '@lean-ops/common/contract/plan'
import { Ban, CircleCheck, Info, LoaderCircle, TriangleAlert } from 'lucide-react'
import Link from 'next/link'
import { formatCount, formatExact } from '../../format/format-number.ts'
import { formatSize } from '../../format/format-size.ts'
import { prettyJson } from '../../json/pretty-json.ts'
import { LineDiff } from '../json/line-diff.tsx'
import { Timestamp } from '../time/timestamp.tsx'
import { cn } from '../ui/cn.ts'

const shownMax = 6

/** What a plan would take, what stands in its way, and whether it would work now. */
export function PlanPreview({ plan }: { plan: Plan }) {
  const { preview, count, bytes } = plan
  const isOfTopics = operationKindFacts[plan.kind].selects === 'topics'
  const noun = isOfTopics ? 'topic' : 'message'
  return (
    <div className="flex flex-col gap-3 text-sm">
      <p className="flex flex-wrap items-baseline gap-x-3 gap-y-1">
        <span className="num text-xl font-semibold">{formatExact(count)}</span>
        <span>
          {count === 1 ? noun : `${noun}s`}
          {isOfTopics ? null : ` · ${formatSize(bytes)}`}
        </span>
        {preview.oldest && preview.newest ? (
          <span className="text-soft">
            failed <Timestamp at={preview.oldest} form="clock" /> –{' '}
            <Timestamp at={preview.newest} form="clock" />
          </span>
        ) : null}
      </p>
      {count > 1 && !isOfTopics ? (
        <div className="grid gap-x-6 gap-y-3 sm:grid-cols-2">
          <Shares
            title="By topic"
            rows={preview.byTopic.map((row) => ({ name: row.topic, count: row.count }))}
            total={count}
            isMono
          />
          <Shares
            title="By group"
            rows={preview.byGroup.map((row) => ({ name: row.title, count: row.count }))}
            total={count}
          />
        </div>
      ) : null}
      <Check plan={plan} />
      <Samples plan={plan} />
      {preview.blockers.length > 0 ? (
        <ul className="flex flex-col gap-1.5">
          {preview.blockers.map((blocker) => {
            const Icon = blocker.blocking ? Ban : Info
            return (
              <li
                key={blocker.code}
                className={cn('flex items-start gap-2', blocker.blocking ? 'text-degraded' : 'text-warning')}
              >
                <Icon aria-hidden="true" className="mt-0.5 size-4 shrink-0" />
                <span>{blocker.message}</span>
              </li>
            )
          })}
        </ul>
      ) : null}
      {preview.sampleIds.length > 0 && count > 1 ? (
        <p className="text-xs text-soft">
          Samples:{' '}
          {preview.sampleIds.slice(0, 3).map((id, index) => (
            <span key={id}>
              {index > 0 ? ', ' : ''}
              <Link
                href={`/dead-letters?status=all&view=messages&id=${id}`}
                target="_blank"
                className="font-mono text-accent underline underline-offset-2"
              >
                {id.slice(0, 8)}
              </Link>
            </span>
          ))}
        </p>
      ) : null}
    </div>
  )
}

function Shares({ title, rows, total, isMono = false }: SharesProps) {
  const shown = rows.slice(0, shownMax)
  const rest = rows.slice(shownMax)
  return (
    <section aria-label={title} className="min-w-0">
      <h3 className="mb-1 text-xs font-medium text-soft">{title}</h3>
      <ul className="flex flex-col gap-0.5">
        {shown.map((row) => (
          <li key={row.name} className="relative flex justify-between gap-3 px-1.5 py-0.5">
            <span
              aria-hidden="true"
              className="absolute inset-y-0 left-0 rounded-sm bg-accent-soft"
              style={{ width: `${(row.count / Math.max(1, total)) * 100}%` }}
            />
            <span className={cn('relative min-w-0 truncate', isMono && 'font-mono text-xs leading-5')}>
              {row.name}
            </span>
            <span className="num relative text-xs leading-5">{formatExact(row.count)}</span>
          </li>
        ))}
      </ul>
      {rest.length > 0 ? (
        <p className="px-1.5 text-xs text-soft">
          and {rest.length} more with {formatExact(rest.reduce((sum, row) => sum + row.count, 0))}
        </p>
      ) : null}
    </section>
  )
}
type SharesProps = {
  title: string
  rows: readonly { name: string; count: number }[]
  total: number
  isMono?: boolean
}

/** What an edit makes of some of the messages. */
function Samples({ plan }: { plan: Plan }) {
  const samples = plan.check?.samples ?? []
  if (samples.length === 0) return null
  return (
    <div className="flex flex-col gap-2">
      <h3 className="text-xs font-medium text-soft">Before and after</h3>
      {samples.map((sample) => (
        <LineDiff
          key={sample.id}
          label={`Before and after of ${sample.id.slice(0, 8)}`}
          before={prettyJson(sample.before)}
          after={prettyJson(sample.after)}
        />
      ))}
    </div>
  )
}

/** "Would it work now?" */
function Check({ plan }: { plan: Plan }) {
  if (plan.checkState === 'not_applicable' || plan.count === 0) return null
  if (plan.checkState === 'pending')
    return (
      <p className="flex items-center gap-2 text-soft">
        <LoaderCircle aria-hidden="true" className="size-4 motion-safe:animate-spin" />
        Would it work now? Checking…
      </p>
    )
  if (plan.checkState === 'failed' || !plan.check)
    return (
      <p className="text-soft">
        Whether it would work now could not be checked; it can be started all the same.
      </p>
    )
  const { checked, wouldPass, stillFail, isSample } = plan.check
  const of = isSample ? ` of a sample of ${formatExact(checked)}` : ''
  return (
    <div>
      <p className={cn('flex items-center gap-2', stillFail.length > 0 ? 'text-warning' : 'text-healthy')}>
        {stillFail.length > 0 ? (
          <TriangleAlert aria-hidden="true" className="size-4" />
        ) : (
          <CircleCheck aria-hidden="true" className="size-4" />
        )}
        {formatExact(wouldPass)}
        {of} would pass now
        {stillFail.length > 0
          ? `, ${formatExact(stillFail.reduce((sum, one) => sum + one.count, 0))} would still fail`
          : ''}
      </p>
      {stillFail.length > 0 ? (
        <ul className="mt-1 ml-6 list-disc text-xs text-soft">
          {stillFail.map((one) => (
            <li key={`${one.code}:${one.detail}`}>
              {formatCount(one.count, 'message')}: {one.code} {one.detail}
            </li>
          ))}
        </ul>
      ) : null}
    </div>
  )
}
