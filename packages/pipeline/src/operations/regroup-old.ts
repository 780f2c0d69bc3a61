import type { Database } from '@lean-ops/common/control-plane/connect'
import { migrateFingerprints } from '@lean-ops/common/control-plane/dead-letters/migrate-fingerprints'

/** Messages per transaction, and how many of those in one tick: everyone who changes dead letters waits for each. */
const lettersMax = 500
const stepsPerTick = 40

/** Brings groups of an earlier fingerprint version to today's, as far as one tick allows. Returns how many messages followed. */
export async function regroupOld(deps: { db: Database; remainingMs: () => number }): Promise<number> {
  let letters = 0
  for (let step = 0; step < stepsPerTick && deps.remainingMs() > 0; step += 1) {
    const moved = await migrateFingerprints(deps.db, { lettersMax })
    letters += moved.letters
    if (moved.isDone) break
  }
  return letters
}
