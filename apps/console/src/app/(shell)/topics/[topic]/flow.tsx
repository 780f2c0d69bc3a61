'use client'

import type { TopicDetail } from '@lean-ops/common/contract/topics'
import {
  ArrowRight,
  CircleSlash,
  Database,
  Inbox,
  type LucideIcon,
  Server,
  Waves,
  Workflow,
} from 'lucide-react'
import Link from 'next/link'
import type { ReactNode } from 'react'
import { Timestamp } from '../../../../components/time/timestamp.tsx'
import { cn } from '../../../../components/ui/cn.ts'
import { Value } from '../../../../components/ui/value.tsx'
import { formatDuration } from '../../../../format/format-duration.ts'
import { formatCompact } from '../../../../format/format-number.ts'
import { howMeasured } from '../how-measured.ts'
import { ratePerMinute } from './rates.ts'

/** Where the topic's messages are now: an ordered list, drawn as the way they take. */
export function Flow({ detail }: { detail: TopicDetail }) {
  const { topic: row, samples, names } = detail
  const { queue, mapping, raw, deadLetters } = row
  const isRead = mapping.state === null || /^(Enabled|Enabling|Updating|Creating)$/.test(mapping.state)
  const rawRate = ratePerMinute(samples, 'rawRows')
  const deadRate = ratePerMinute(samples, 'deadLettersOpen')
  return (
    <section aria-label="Flow" className="mx-4 rounded-lg border bg-surface">
      <ol className="flex flex-col md:grid md:grid-cols-4">
        <Stage icon={Inbox} name="Queue" hint={howMeasured(queue)}>
          <Main>
            <Value value={queue.visible} why={howMeasured(queue, 'waiting')} /> waiting
          </Main>
          <Detail>
            <Value value={queue.inFlight} why={howMeasured(queue, 'in flight')} /> in flight
            {queue.delayed ? ` · ${formatCompact(queue.delayed)} delayed` : ''}
          </Detail>
          <Detail>{oldestWords(queue)}</Detail>
        </Stage>
        <Stage icon={Workflow} name="Processor" isCut={!isRead} hint={howMeasured(mapping)}>
          <Main>
            {mapping.state === null ? (
              <Value value={null} why={howMeasured(mapping)} />
            ) : isRead ? (
              'Reading'
            ) : (
              'Not reading'
            )}
          </Main>
          <Detail>
            {mapping.state === null ? 'mapping not read' : `mapping ${mapping.state.toLowerCase()}`}
          </Detail>
          <Detail>
            {mapping.maximumConcurrency ? `at most ${mapping.maximumConcurrency} at once` : null}
          </Detail>
        </Stage>
        <Stage icon={Waves} name="Firehose">
          <Main>stream {names.stream}</Main>
          <Detail>shared; buffers up to a minute</Detail>
        </Stage>
        <Stage icon={Database} name="RAW" hint={howMeasured(raw)}>
          <Main>
            <Value value={raw.rows} unit="rows" why={howMeasured(raw)} /> rows
          </Main>
          <Detail>
            {rawRate === null ? '– per minute' : `${formatCompact(Math.round(rawRate))} per minute`}
          </Detail>
          <Detail>
            {raw.snapshotAt === null ? (
              'no commit yet'
            ) : (
              <>
                commit <Timestamp at={raw.snapshotAt} />
              </>
            )}
          </Detail>
        </Stage>
      </ol>
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1 border-t border-dashed px-4 py-2.5 text-sm">
        <span className="flex items-center gap-2 text-soft">
          <Server aria-hidden="true" className="size-4" />
          Dead letters
        </span>
        {deadLetters.open ? (
          <Link
            href={`/dead-letters?topic=${encodeURIComponent(row.topic)}`}
            prefetch={false}
            className="font-medium text-warning underline underline-offset-2"
          >
            <Value value={deadLetters.open} why={howMeasured(deadLetters)} /> open
          </Link>
        ) : (
          <span>
            <Value value={deadLetters.open} why={howMeasured(deadLetters)} /> open
          </span>
        )}
        <span className="text-soft">
          {deadRate !== null && deadRate > 0
            ? `${formatCompact(Math.round(deadRate))} more per minute`
            : null}
        </span>
        {deadLetters.lastAt ? (
          <span className="text-soft">
            last <Timestamp at={deadLetters.lastAt} />
          </span>
        ) : null}
      </div>
    </section>
  )
}

function oldestWords(queue: TopicDetail['topic']['queue']): string {
  if (queue.oldestSeconds !== null) return `oldest ${formatDuration(queue.oldestSeconds)}`
  return queue.visible === 0 ? 'nothing waits' : 'age not known'
}

type StageProps = { icon: LucideIcon; name: string; isCut?: boolean; hint?: string; children: ReactNode }

function Stage({ icon: Icon, name, isCut = false, hint, children }: StageProps) {
  const Joint = isCut ? CircleSlash : ArrowRight
  return (
    <li className="relative border-t p-4 first:border-t-0 md:border-t-0 md:border-l md:first:border-l-0">
      {name === 'Queue' ? null : (
        <span
          aria-hidden="true"
          className={cn(
            'absolute -top-3 left-6 grid size-6 rotate-90 place-items-center rounded-full border bg-surface md:top-1/2 md:-left-3 md:-translate-y-1/2 md:rotate-0',
            isCut ? 'border-paused text-paused' : 'text-soft',
          )}
        >
          <Joint className="size-3.5" />
        </span>
      )}
      <p className="mb-1.5 flex items-center gap-2 text-xs text-soft" data-tip={hint}>
        <Icon aria-hidden="true" className="size-4" />
        {name}
      </p>
      {children}
    </li>
  )
}

function Main({ children }: { children: ReactNode }) {
  return <p className="text-base font-semibold">{children}</p>
}

function Detail({ children }: { children: ReactNode }) {
  return <p className="min-h-5 text-xs text-soft">{children}</p>
}
