/** Bounds of the retries inside one call of the handler. What still fails then goes back to its queue. */
export const attemptsMax = 5
const baseMs = 100
const capMs = 3_000

export type RetryClock = {
  /** Milliseconds until the handler must have answered, margin already taken off. */
  remainingMs(): number
  /** 0 ≤ n < 1 */
  random(): number
  sleep(ms: number): Promise<void>
}

/**
 * Full jitter: anything between nothing and the exponential cap, so that many processors do not come back together.
 * False (and no wait) when the pause would pass the handler's time.
 */
export async function pauseBeforeRetry(attempt: number, clock: RetryClock): Promise<boolean> {
  const pauseMs = Math.floor(clock.random() * Math.min(capMs, baseMs * 2 ** attempt))
  if (clock.remainingMs() <= pauseMs) return false
  await clock.sleep(pauseMs)
  return clock.remainingMs() > 0
}
