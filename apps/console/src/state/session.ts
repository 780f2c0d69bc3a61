type Session = 'unknown' | 'signed-in' | 'expired'

let session: Session = 'unknown'
const listeners = new Set<() => void>()

function set(next: Session) {
  if (session === next) return
  session = next
  for (const listener of listeners) listener()
}

/** The session as the answers of the API showed it last. `expired` only follows `signed-in`: drafts may be open. */
export const sessionStore = {
  subscribe(listener: () => void) {
    listeners.add(listener)
    return () => {
      listeners.delete(listener)
    }
  },
  get: (): Session => session,
}

export function markSignedIn() {
  set('signed-in')
}

export function markSessionExpired() {
  if (session === 'signed-in') set('expired')
}

/** Where the API's sign-in starts; it sends the browser back to `returnTo`, a path on this origin. */
export function signInUrl(returnTo: string): string {
  return `/auth/login?returnTo=${encodeURIComponent(returnTo)}`
}
