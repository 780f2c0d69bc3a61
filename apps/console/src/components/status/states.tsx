'use client'

import { CircleOff, RefreshCw, SearchX, Sparkles, TriangleAlert } from 'lucide-react'
import type { ReactNode } from 'react'
import { formatExact } from '../../format/format-number.ts'
import { ApiError } from '../../queries/call-api.ts'
import { Timestamp } from '../time/timestamp.tsx'
import { Button } from '../ui/button.tsx'
import { cn } from '../ui/cn.ts'

type FrameProps = {
  icon: ReactNode
  title: string
  /** The page is nothing else: its heading is the page's. */
  isPage?: boolean
  children?: ReactNode
  actions?: ReactNode
  role?: 'alert'
}

function Frame({ icon, title, isPage = false, children, actions, role }: FrameProps) {
  const Heading = isPage ? 'h1' : 'h2'
  return (
    <div
      {...(role ? { role } : {})}
      className="mx-auto flex max-w-lg flex-col items-center gap-2 px-6 py-14 text-center"
    >
      <span aria-hidden="true" className="text-faint [&_svg]:size-6">
        {icon}
      </span>
      <Heading className="text-base font-semibold">{title}</Heading>
      <div className="text-sm text-soft">{children}</div>
      {actions ? <div className="mt-2 flex flex-wrap justify-center gap-2">{actions}</div> : null}
    </div>
  )
}

/** Empty, first kind: there is nothing of the sort, and what would make it appear. */
export function NothingExists({ title, isGood = false, isPage = false, children }: NothingExistsProps) {
  return (
    <Frame isPage={isPage} icon={isGood ? <Sparkles /> : <CircleOff />} title={title}>
      {children}
    </Frame>
  )
}
type NothingExistsProps = {
  title: string
  isGood?: boolean /** The page is nothing else: its heading is the page's. */
  isPage?: boolean
  children?: ReactNode
}

/** Empty, second kind: there are some, but the filter hides them all. */
export function NothingMatches({ what, total, onClear }: NothingMatchesProps) {
  return (
    <Frame
      icon={<SearchX />}
      title={`No ${what} matches the filter`}
      actions={<Button onClick={onClear}>Clear the filter</Button>}
    >
      {total === undefined ? 'The filter hides all of them.' : `The filter hides all ${formatExact(total)}.`}
    </Frame>
  )
}
type NothingMatchesProps = { what: string; total?: number; onClear: () => void }

/** Empty, third kind: not known, because it could not be read. Refusals say what is missing instead of "try again". */
export function CouldNotLoad({ what, error, isRetrying, onRetry, isPage = false }: CouldNotLoadProps) {
  const problem = error instanceof ApiError ? error.problem : undefined
  const isRefusal = problem?.status === 403
  return (
    <Frame
      isPage={isPage}
      role="alert"
      icon={<TriangleAlert />}
      title={isRefusal ? `You may not see ${what}` : `Could not load ${what}`}
      actions={
        isRefusal ? undefined : (
          <Button onClick={onRetry} disabled={isRetrying}>
            <RefreshCw aria-hidden="true" className={cn(isRetrying && 'motion-safe:animate-spin')} />
            Try again
          </Button>
        )
      }
    >
      <p>{error.message}</p>
      {problem?.requestId ? (
        <p className="num mt-1 text-2xs text-faint">request {problem.requestId}</p>
      ) : null}
    </Frame>
  )
}
type CouldNotLoadProps = {
  what: string
  error: Error
  isRetrying: boolean
  onRetry: () => void
  isPage?: boolean
}

/** The newest answer failed; what is shown is the last good one, and this strip says how old it is. */
export function StaleNotice({ error, since, onRetry }: { error: Error; since: string; onRetry: () => void }) {
  return (
    <div
      role="status"
      className="mx-4 mb-2 flex flex-wrap items-center gap-x-2 gap-y-1 rounded-md border border-warning/40 bg-warning-soft px-3 py-1.5 text-sm text-warning"
    >
      <TriangleAlert aria-hidden="true" className="size-4 shrink-0" />
      <span>
        {error.message} Showing values of <Timestamp at={since} />.
      </span>
      <Button size="sm" onClick={onRetry} className="ml-auto">
        Try again
      </Button>
    </div>
  )
}
