'use client'

import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { Check, Flag, X } from 'lucide-react'
import Link from 'next/link'
import { usePathname, useSearchParams } from 'next/navigation'
import { useEffect, useState, useSyncExternalStore } from 'react'
import { formatDuration } from '../../format/format-duration.ts'
import { groupsQuery } from '../../queries/dead-letters.ts'
import { operationListQuery } from '../../queries/operations.ts'
import { serverNowMs } from '../../state/server-clock.ts'
import { Button } from '../ui/button.tsx'
import { cn } from '../ui/cn.ts'
import { drillIncident, drillSteps, sightOf } from './drill-steps.ts'
import { drillStore } from './drill-store.ts'

/** The five-minute drill of a first start, under the header: it watches what is done and says what comes next. */
export function DrillStrip() {
  const kept = useSyncExternalStore(drillStore.subscribe, drillStore.get, drillStore.getServer)
  if (kept === 'closed') return null
  return kept === undefined ? <Invitation /> : <Guide startedAt={kept.startedAt} seen={kept.seen} />
}

const frame = 'border-b bg-accent-soft px-4 py-1.5 text-sm'

function Invitation() {
  const { topic, code } = drillIncident
  const { data } = useQuery(groupsQuery({ topic: [topic], code: [code], status: ['open'] }))
  if (!data || data.groups.length === 0) return null
  return (
    <section aria-label="Guided drill" className={cn(frame, 'flex flex-wrap items-center gap-x-3 gap-y-1')}>
      <Flag aria-hidden="true" className="size-4 text-accent" />
      <p className="min-w-0 flex-1 basis-60">
        <strong className="font-semibold">An incident waits for you.</strong> Find it, repair it and prove it,
        in five minutes.
      </p>
      <Button intent="primary" size="sm" onClick={() => drillStore.begin(serverNowMs())}>
        Begin the drill
      </Button>
      <CloseButton />
    </section>
  )
}

function Guide({ startedAt, seen }: { startedAt: string; seen: Parameters<typeof drillSteps>[0] }) {
  const path = usePathname()
  const search = useSearchParams()
  const { data } = useInfiniteQuery(
    operationListQuery({ state: [], kind: ['transform-and-replay'], by: 'everyone' }),
  )
  const repair = data?.pages[0]?.operations.find(
    (one) => one.topics.includes(drillIncident.topic) && one.createdAt >= startedAt,
  )
  const sight = sightOf(path, new URLSearchParams(search))
  useEffect(() => {
    if (sight) drillStore.see(sight)
  }, [sight])
  const steps = drillSteps(seen, repair)
  const at = steps.findIndex((step) => !step.isDone)
  const now = steps[at]
  const [endedMs, setEndedMs] = useState<number | undefined>(undefined)
  if (!now && endedMs === undefined) setEndedMs(serverNowMs())
  return (
    <section aria-label="Guided drill" className={frame}>
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <Flag aria-hidden="true" className="size-4 text-accent" />
        <ol aria-label="Steps of the drill" className="flex gap-1">
          {steps.map((step, index) => (
            <li
              key={step.title}
              data-tip={step.title}
              aria-current={index === at ? 'step' : undefined}
              className={cn(
                'grid size-5 place-items-center rounded-full border text-2xs',
                step.isDone && 'border-healthy bg-healthy-soft text-healthy',
                index === at && 'border-accent bg-surface font-semibold text-accent',
              )}
            >
              {step.isDone ? <Check aria-hidden="true" className="size-3" /> : index + 1}
              <span className="sr-only">
                {step.title}
                {step.isDone ? ', done' : ''}
              </span>
            </li>
          ))}
        </ol>
        {now ? (
          <>
            <p className="min-w-0 flex-1 basis-72">
              <strong className="font-semibold">{now.title}</strong>{' '}
              <span className="text-soft">{now.how}</span>
            </p>
            <Button asChild size="sm">
              <Link href={now.href} prefetch={false}>
                {now.action}
              </Link>
            </Button>
          </>
        ) : (
          <p className="min-w-0 flex-1">
            <strong className="font-semibold">Done</strong>{' '}
            {endedMs ? `after ${formatDuration((endedMs - Date.parse(startedAt)) / 1000)}. ` : ''}
            <span className="text-soft">
              Every message has its outcome, and the audit says who repaired it, how and why.
            </span>
          </p>
        )}
        <CloseButton />
      </div>
    </section>
  )
}

function CloseButton() {
  return (
    <Button
      intent="ghost"
      size="iconSm"
      aria-label="Close the guided drill"
      data-tip="Close the guided drill"
      onClick={() => drillStore.close()}
    >
      <X aria-hidden="true" />
    </Button>
  )
}
