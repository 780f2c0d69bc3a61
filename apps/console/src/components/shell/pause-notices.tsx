'use client'

import { pausedParts } from '@lean-ops/common/contract/paused-parts'
import type { Pulse } from '@lean-ops/common/contract/pulse'
import { Hand } from 'lucide-react'
import Link from 'next/link'
import { ActionButton } from '../operations/action-button.tsx'
import { usePause } from '../pauses/use-pause.tsx'
import { Timestamp } from '../time/timestamp.tsx'
import { cn } from '../ui/cn.ts'

const shownMax = 2

/** Who paused which topic, since when and why, on every page, with the way to resume it. */
export function PauseNotices({ pulse }: { pulse: Pulse }) {
  const { openPause, pauseDialog } = usePause()
  const shown = pulse.pauses.slice(0, shownMax)
  const more = pulse.pausesTotal - shown.length
  return (
    <>
      {shown.map((pause, index) => (
        <div
          key={pause.topic}
          className={cn(
            'flex items-center gap-x-2 border-b bg-paused-soft px-4 py-1 text-sm text-paused',
            index > 0 && 'max-md:hidden',
          )}
        >
          <Hand aria-hidden="true" className="size-4 shrink-0" />
          <p className="min-w-0 flex-1">
            <Link
              href={`/topics/${encodeURIComponent(pause.topic)}`}
              prefetch={false}
              className="font-mono font-medium break-all underline underline-offset-2"
            >
              {pause.topic}
            </Link>
            : {pausedParts(pause)} paused{pause.by ? ` by ${pause.by}` : ''}
            {pause.at ? (
              <>
                {' '}
                <Timestamp at={pause.at} />
              </>
            ) : null}
            {pause.until ? (
              <>
                , ends <Timestamp at={pause.until} />
              </>
            ) : null}
            {pause.reason ? `: ${pause.reason}` : ''}
          </p>
          {more > 0 && index === shown.length - 1 ? (
            <MoreLink count={more} className="max-md:hidden" />
          ) : null}
          {pulse.pausesTotal > 1 && index === 0 ? (
            <MoreLink count={pulse.pausesTotal - 1} className="md:hidden" />
          ) : null}
          <ActionButton
            permission="run"
            owner={pause.owner}
            onClick={() => openPause('resume', [{ topic: pause.topic, pause }])}
          >
            Resume…
          </ActionButton>
        </div>
      ))}
      {pauseDialog}
    </>
  )
}

function MoreLink({ count, className }: { count: number; className: string }) {
  return (
    <Link
      href="/topics?verdict=paused"
      prefetch={false}
      className={cn('shrink-0 underline underline-offset-2', className)}
    >
      +{count} paused
    </Link>
  )
}
