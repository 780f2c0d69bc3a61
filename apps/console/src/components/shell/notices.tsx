'use client'

import type { Pulse } from '@lean-ops/common/contract/pulse'
import { Hand, Info } from 'lucide-react'
import Link from 'next/link'
import { Timestamp } from '../time/timestamp.tsx'

/** What everybody must know: all operations are held, or an administrator's notice. */
export function Notices({ pulse }: { pulse: Pulse | undefined }) {
  if (!pulse?.hold && !pulse?.banner) return null
  return (
    <div role="status">
      {pulse.hold ? (
        <p className="flex flex-wrap items-center gap-x-2 border-b bg-paused-soft px-4 py-1.5 text-sm text-paused">
          <Hand aria-hidden="true" className="size-4 shrink-0" />
          <span>
            All operations are held{pulse.hold.by ? ` by ${pulse.hold.by}` : ''}
            {pulse.hold.reason ? `: ${pulse.hold.reason}` : '.'}
          </span>
          {pulse.hold.until ? (
            <span>
              Ends <Timestamp at={pulse.hold.until} />.
            </span>
          ) : null}
          <Link href="/system" prefetch={false} className="underline underline-offset-2">
            System
          </Link>
        </p>
      ) : null}
      {pulse.banner ? (
        <p className="flex items-center gap-2 border-b bg-accent-soft px-4 py-1.5 text-sm text-accent">
          <Info aria-hidden="true" className="size-4 shrink-0" />
          {pulse.banner}
        </p>
      ) : null}
    </div>
  )
}
