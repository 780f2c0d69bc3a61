import type { Database } from '@lean-ops/common/control-plane/connect'
import { expireVerifications } from '@lean-ops/common/control-plane/operations/expire-verifications'
import { listDueOperations } from '@lean-ops/common/control-plane/operations/list-due-operations'

/** An operation nobody has touched for this long has lost its wake-up call. */
const quietSeconds = 20
const expirePage = 1_000

type Deps = {
  db: Database
  wake: (operationId: string) => Promise<unknown>
  /** Looks for proof outside the database (rows in RAW). */
  prove: () => Promise<unknown>
  /** Copies new rows of the audit to the archive. */
  exportAudit: () => Promise<unknown>
  /** Deletes what has been settled for long; bounded. */
  prune: () => Promise<unknown>
  /** Deletes what has expired of counts, keys, plans and old operations; bounded. */
  forget: () => Promise<unknown>
  /** Brings groups of an earlier fingerprint algorithm to today's; bounded. */
  regroup: () => Promise<unknown>
  /** Ends pauses whose end has come, and repeats what AWS did not accept of the others. */
  applyPauses: () => Promise<unknown>
  /** Plans the maintenance of tables that are due. */
  maintain: () => Promise<unknown>
  /** Hears what a duty threw: one that fails must not keep the others from being done. */
  onError: (what: string, error: unknown) => void
}

/**
 * Once a minute: wakes every live operation that no worker holds, looks for proof of deliveries, ends verifications whose proof did not come, exports the
 * audit when an hour has passed, prunes what was settled long ago
 * and what has expired.
 */
export async function tick(deps: Deps): Promise<void> {
  for (const id of await listDueOperations(deps.db, quietSeconds)) await deps.wake(id)
  await deps.applyPauses().catch((error: unknown) => deps.onError('a pause could not be applied', error))
  await deps
    .prove()
    .catch((error: unknown) => deps.onError('deliveries could not be looked up in RAW', error))
  let expired: number
  do expired = await expireVerifications(deps.db, expirePage)
  while (expired === expirePage)
  await deps.exportAudit().catch((error: unknown) => deps.onError('the audit could not be exported', error))
  await deps.prune().catch((error: unknown) => deps.onError('settled messages could not be pruned', error))
  await deps.regroup().catch((error: unknown) => deps.onError('old groups could not be brought over', error))
  await deps.maintain().catch((error: unknown) => deps.onError('maintenance could not be planned', error))
  await deps.forget().catch((error: unknown) => deps.onError('expired rows could not be pruned', error))
}
