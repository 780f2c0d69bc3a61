'use client'

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Timestamp } from '../../../components/time/timestamp.tsx'
import { Button } from '../../../components/ui/button.tsx'
import { endSession, sessionsQuery } from '../../../queries/system.ts'
import { toast } from '../../../state/toasts.ts'
import { Card } from './card.tsx'

/** `Mozilla/5.0 (X11; Linux …) … Chrome/141 …` → `Chrome on Linux`, as far as it can be told. */
export function browserName(userAgent: string | null): string {
  if (!userAgent) return 'Unknown browser'
  const browser = /Edg|Chrome|Firefox|Safari|curl/.exec(userAgent)?.[0] ?? 'Browser'
  const system = /iPhone|iPad|Android|Windows|Mac OS X|Linux/.exec(userAgent)?.[0]
  return `${browser === 'Edg' ? 'Edge' : browser}${system ? ` on ${system}` : ''}`
}

/** Where the reader is signed in, and the way to end a session that was left somewhere. */
export function SessionsCard() {
  const queries = useQueryClient()
  const { data } = useQuery(sessionsQuery())
  const end = useMutation({
    mutationFn: endSession,
    onSuccess: () => void queries.invalidateQueries({ queryKey: sessionsQuery().queryKey }),
    onError: (error) => toast.error(error.message),
  })
  if (!data) return null
  return (
    <Card title="Your sessions">
      <ul className="flex flex-col gap-2">
        {data.sessions.map((session) => (
          <li key={session.id} className="flex items-center justify-between gap-3">
            <span>
              {browserName(session.userAgent)}
              <span className="block text-xs text-soft">
                signed in <Timestamp at={session.createdAt} /> · last seen{' '}
                <Timestamp at={session.lastSeenAt} />
              </span>
            </span>
            {session.isCurrent ? (
              <span className="text-xs text-soft">this one</span>
            ) : (
              <Button size="sm" disabled={end.isPending} onClick={() => end.mutate(session.id)}>
                End it
              </Button>
            )}
          </li>
        ))}
      </ul>
    </Card>
  )
}
