import type { Database } from '@lean-ops/common/control-plane/connect'
import { pruneExpired } from '@lean-ops/common/control-plane/retention/prune-expired'

const everyMinutes = 10
const roundsMax = 20

/** At most every ten minutes: forgets expired rows round by round, as far as one tick allows. Returns how many rounds it took. */
export async function forgetExpired(deps: {
  db: Database
  now: () => Date
  remainingMs: () => number
}): Promise<number> {
  if (deps.now().getUTCMinutes() % everyMinutes !== 0) return 0
  for (let round = 1; round <= roundsMax; round += 1) {
    const { isDone } = await pruneExpired(deps.db)
    if (isDone || deps.remainingMs() <= 0) return round
  }
  return roundsMax
}
