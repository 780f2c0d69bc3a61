import { settingSchemas } from '@lean-ops/common/contract/settings'
import type { Database } from '@lean-ops/common/control-plane/connect'
import { pruneDeadLetters } from '@lean-ops/common/control-plane/dead-letters/prune-dead-letters'
import { settings } from '@lean-ops/common/control-plane/schema/settings'
import { eq } from 'drizzle-orm'

/** Everyone who changes dead letters waits for a batch: short ones, and not many of them in one tick. */
const batchSize = 500
const batchesPerTick = 20

/** Prunes settled dead letters older than the setting says, as far as one tick allows. Returns how many. */
export async function pruneSettled(deps: { db: Database; remainingMs: () => number }): Promise<number> {
  const [stored] = await deps.db.select().from(settings).where(eq(settings.key, 'keepSettledDays'))
  const parsed = settingSchemas.keepSettledDays.safeParse(stored?.value)
  // A value that no longer fits its limits must not delete anything.
  if (stored !== undefined && !parsed.success) return 0
  const keepDays = parsed.data ?? settingSchemas.keepSettledDays.parse(undefined)
  let pruned = 0
  for (let batch = 0; batch < batchesPerTick && deps.remainingMs() > 0; batch += 1) {
    const { resolved, discarded } = await pruneDeadLetters(deps.db, { keepDays, limit: batchSize })
    pruned += resolved + discarded
    if (resolved + discarded < batchSize) break
  }
  return pruned
}
