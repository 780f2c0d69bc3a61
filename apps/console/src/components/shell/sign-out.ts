import { toast } from '../../state/toasts.ts'

/** Ends the session at the API, which answers with the page to go to next. */
export async function signOut(): Promise<void> {
  const response = await fetch('/auth/logout', {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'X-Lean-Ops': '1' },
    body: '{}',
  }).catch(() => undefined)
  if (!response?.ok) {
    toast.error('Could not sign out: the API did not answer. You are still signed in.')
    return
  }
  const answer: unknown = await response.json().catch(() => undefined)
  const next =
    typeof answer === 'object' && answer !== null && 'redirectTo' in answer ? answer.redirectTo : undefined
  window.location.assign(typeof next === 'string' ? next : '/signed-out')
}
