import type { Database } from '@lean-ops/common/control-plane/connect'
import { expireVerifications } from '@lean-ops/common/control-plane/operations/expire-verifications'
import { listDueOperations } from '@lean-ops/common/control-plane/operations/list-due-operations'

/** An operation nobody has touched for this long has lost its wake-up call. */
const quietSeconds = 20
const expirePage = 1_000

/** Once a minute: ends verifications whose proof did not come, then wakes every live operation that no worker holds. */
export async function tick(deps: {
  db: Database
  wake: (operationId: string) => Promise<unknown>
}): Promise<void> {
  while ((await expireVerifications(deps.db, expirePage)) === expirePage);
  for (const id of await listDueOperations(deps.db, quietSeconds)) await deps.wake(id)
}
