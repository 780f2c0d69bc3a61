'use client'

import { useQuery, useQueryClient } from '@tanstack/react-query'
import { LogIn } from 'lucide-react'
import { type ReactNode, useEffect, useSyncExternalStore } from 'react'
import { ApiError } from '../../queries/call-api.ts'
import { meQuery } from '../../queries/me.ts'
import { sessionStore, signInUrl } from '../../state/session.ts'
import { Button } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { NoRole } from './no-role.tsx'

/**
 * Decides what a visitor without a session sees. At the start: the sign-in, and then the page that was asked for.
 * Later, when the session ends under an open page: a dialog that signs in again in a window of its own, so that
 * selections, filters and drafts stay.
 */
export function SessionGuard({ children }: { children: ReactNode }) {
  const session = useSyncExternalStore(sessionStore.subscribe, sessionStore.get, () => 'unknown' as const)
  const queries = useQueryClient()
  const { data: me, error } = useQuery({
    ...meQuery(),
    refetchInterval: session === 'expired' ? 3_000 : false,
  })
  const isSignedOut = !me && error instanceof ApiError && error.problem.status === 401

  useEffect(() => {
    if (isSignedOut) window.location.assign(signInUrl(`${window.location.pathname}${window.location.search}`))
  }, [isSignedOut])

  useEffect(() => {
    if (session === 'signed-in')
      void queries.invalidateQueries({ predicate: (query) => query.state.status === 'error' })
  }, [session, queries])

  if (isSignedOut) return <p className="p-6 text-sm text-soft">Taking you to the sign-in…</p>
  if (me && !me.hasRole) return <NoRole me={me} />
  return (
    <>
      {children}
      <Dialog
        open={session === 'expired'}
        onOpenChange={() => undefined}
        isDismissable={false}
        title="Your session has ended"
        description="Nothing on this page is lost. Sign in again in the window that opens, then go on here."
      >
        <div className="flex items-center gap-3 p-4">
          <Button asChild intent="primary">
            <a href={signInUrl('/signed-in')} target="_blank" rel="noopener opener">
              <LogIn aria-hidden="true" />
              Sign in again
            </a>
          </Button>
          <p className="text-xs text-soft">This dialog closes by itself.</p>
        </div>
      </Dialog>
    </>
  )
}
