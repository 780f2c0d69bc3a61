'use client'

import type { Pulse } from '@lean-ops/common/contract/pulse'
import { Hand, Info, RefreshCw } from 'lucide-react'
import dynamic from 'next/dynamic'
import Link from 'next/link'
import { useSyncExternalStore } from 'react'
import { apiVersionStore } from '../../state/api-version.ts'
import { Timestamp } from '../time/timestamp.tsx'
import { Button } from '../ui/button.tsx'

const PauseNotices = dynamic(() => import('./pause-notices.tsx').then((module) => module.PauseNotices), {
  ssr: false,
})

/** What everybody must know: all operations are held, topics are paused, an administrator's notice, or that this page is of another version. */
export function Notices({ pulse }: { pulse: Pulse | undefined }) {
  const isOtherVersion = useSyncExternalStore(apiVersionStore.subscribe, apiVersionStore.get, () => false)
  const hasPauses = pulse !== undefined && pulse.pauses.length > 0
  if (!pulse?.hold && !pulse?.banner && !hasPauses && !isOtherVersion) return null
  return (
    <div role="status">
      {isOtherVersion ? (
        // A strip, not a dialog: it waits beside a half-written form until the reader is done.
        <p className="flex flex-wrap items-center gap-2 border-b bg-warning-soft px-4 py-1 text-sm text-warning">
          <RefreshCw aria-hidden="true" className="size-4 shrink-0" />
          Lean-Ops has been deployed anew since this page was loaded. Finish what you are writing, then
          reload.
          <Button size="sm" onClick={() => window.location.reload()}>
            Reload
          </Button>
        </p>
      ) : null}
      {pulse?.hold ? (
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
      {hasPauses ? <PauseNotices pulse={pulse} /> : null}
      {pulse?.banner ? (
        <p className="flex items-center gap-2 border-b bg-accent-soft px-4 py-1.5 text-sm text-accent">
          <Info aria-hidden="true" className="size-4 shrink-0" />
          {pulse.banner}
        </p>
      ) : null}
    </div>
  )
}
