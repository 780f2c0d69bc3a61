import type { Database } from '@lean-ops/common/control-plane/connect'
import { expireVerifications } from '@lean-ops/common/control-plane/operations/expire-verifications'
import { listDueOperations } from '@lean-ops/common/control-plane/operations/list-due-operations'

/** An operation nobody has touched for this long has lost its wake-up call. */
const quietSeconds = 20
const expirePage = 1_000

type Deps = {
  db: Database
  wake: (operationId: string) => Promise<unknown>
  /** Looks for proof outside the database (rows in RAW). What it throws must not keep operations from being woken. */
  prove: () => Promise<unknown>
  onError: (error: unknown) => void
}

/** Once a minute: wakes every live operation that no worker holds, looks for proof of deliveries, ends verifications whose proof did not come. */
export async function tick(deps: Deps): Promise<void> {
  for (const id of await listDueOperations(deps.db, quietSeconds)) await deps.wake(id)
  await deps.prove().catch(deps.onError)
  let expired: number
  do expired = await expireVerifications(deps.db, expirePage)
  while (expired === expirePage)
}
