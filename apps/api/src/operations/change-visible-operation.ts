import type { ChangeOperation } from '@lean-ops/common/contract/operation-requests'
import type { OperationView } from '@lean-ops/common/contract/operation-view'
import { allowedOwners } from '@lean-ops/common/contract/permissions'
import { changeOperation } from '@lean-ops/common/control-plane/operations/change-operation'
import { getOperation } from '@lean-ops/common/control-plane/operations/get-operation'
import { AppError } from '@lean-ops/common/errors/app-error'
import type { ApiDeps } from '../api-deps.ts'
import type { Actor } from '../app-env.ts'
import { getVisibleOperation } from './get-visible-operation.ts'
import { permissionOfKind } from './permission-of-kind.ts'
import { topicsOfOwners } from './topics-of-owners.ts'

type Request = { operationId: string; change: ChangeOperation; ifVersion: number; requestId: string }

/** Pause, resume, cancel, rate: by who may run such an operation on every topic of it. */
export async function changeVisibleOperation(
  deps: ApiDeps,
  actor: Actor,
  request: Request,
): Promise<OperationView> {
  const operation = await getVisibleOperation(deps.db, actor, request.operationId)
  const permission = permissionOfKind(operation.kind)
  const mine = await topicsOfOwners(deps.db, allowedOwners(actor.grants, permission))
  const refused = mine === '*' ? [] : operation.topics.filter((t) => !mine.includes(t))
  if (refused.length > 0)
    throw new AppError(
      'FORBIDDEN',
      `This needs the permission ${permission} on every topic of the operation.`,
      {
        context: { permission, topics: refused, reason: 'WRONG_OWNER' },
      },
    )
  await changeOperation(deps.db, {
    ...request,
    actor: { kind: actor.kind, id: actor.id, name: actor.name },
    ...(actor.sessionId === null ? {} : { sessionId: actor.sessionId }),
  })
  if (request.change.action === 'resume' || request.change.action === 'cancel')
    await deps.operations.wake({ do: 'run', operationId: operation.id }, 0).catch((error: unknown) => {
      deps.log.error('the worker could not be woken; the ticker will', { operationId: operation.id, error })
    })
  return getOperation(deps.db, operation.id)
}
