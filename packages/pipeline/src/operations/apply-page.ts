import type { Database } from '@lean-ops/common/control-plane/connect'
import { applyToItems } from '@lean-ops/common/control-plane/operations/apply-to-items'
import type { LeasedOperation } from '@lean-ops/common/control-plane/operations/lease-operation'

const pageSize = 1_000

/** One page of a discard or a restore. Undefined = go on with the next step. */
export async function applyPage(deps: { db: Database }, operation: LeasedOperation): Promise<undefined> {
  const kind = operation.kind === 'restore' ? 'restore' : 'discard'
  await applyToItems(deps.db, {
    operationId: operation.id,
    token: operation.token,
    limit: pageSize,
    kind,
    reason: operation.reason,
  })
}
