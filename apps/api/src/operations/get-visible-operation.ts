import type { OperationView } from '@lean-ops/common/contract/operation-view'
import { allowedOwners } from '@lean-ops/common/contract/permissions'
import type { Database } from '@lean-ops/common/control-plane/connect'
import { getOperation } from '@lean-ops/common/control-plane/operations/get-operation'
import { AppError } from '@lean-ops/common/errors/app-error'
import type { Actor } from '../app-env.ts'
import { topicsOfOwners } from './topics-of-owners.ts'

/** An operation that touches at least one topic the actor may read. Throws NOT_FOUND for the others too: ids are not leaked. */
export async function getVisibleOperation(
  db: Database,
  actor: Actor,
  operationId: string,
): Promise<OperationView> {
  const operation = await getOperation(db, operationId)
  const visible = await topicsOfOwners(db, allowedOwners(actor.grants, 'topic:read'))
  if (visible !== '*' && !operation.topics.some((t) => visible.includes(t)))
    throw new AppError('NOT_FOUND', 'there is no such operation', { context: { operationId } })
  return operation
}
