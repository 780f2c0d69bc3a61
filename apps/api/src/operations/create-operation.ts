import type { OperationView } from '@lean-ops/common/contract/operation-view'
import { allowedOwners } from '@lean-ops/common/contract/permissions'
import type { ConfirmPlan } from '@lean-ops/common/contract/plan'
import { confirmPlan } from '@lean-ops/common/control-plane/operations/confirm-plan'
import { getOperation } from '@lean-ops/common/control-plane/operations/get-operation'
import { getPlan } from '@lean-ops/common/control-plane/operations/get-plan'
import type { ApiDeps } from '../api-deps.ts'
import type { Actor } from '../app-env.ts'
import { getVisibleOperation } from './get-visible-operation.ts'
import { permissionOfKind } from './permission-of-kind.ts'

/** Confirms a plan as its author may act *now*, and wakes the worker. */
export async function createOperation(
  deps: ApiDeps,
  actor: Actor,
  { planId, reason, settings, parentId }: ConfirmPlan,
  at: { now: Date; requestId: string },
): Promise<OperationView> {
  const plan = await getPlan(deps.db, planId, actor.id)
  if (parentId !== undefined) await getVisibleOperation(deps.db, actor, parentId)
  const operationId = await confirmPlan(deps.db, {
    planId,
    reason,
    settings,
    actor: { kind: actor.kind, id: actor.id, name: actor.name },
    readOwners: allowedOwners(actor.grants, 'topic:read'),
    actOwners: allowedOwners(actor.grants, permissionOfKind(plan.kind)),
    unmaskOwners: allowedOwners(actor.grants, 'payload:unmask'),
    now: at.now,
    ...(parentId === undefined ? {} : { parentId }),
    requestId: at.requestId,
    ...(actor.sessionId === null ? {} : { sessionId: actor.sessionId }),
  })
  await wakeOrLeave(deps, operationId, settings.startDelaySeconds)
  return getOperation(deps.db, operationId)
}

/** The operation is stored: a queue that cannot be reached only means that the ticker starts it, within a minute. */
async function wakeOrLeave(deps: ApiDeps, operationId: string, delaySeconds: number): Promise<void> {
  try {
    await deps.operations.wake({ do: 'run', operationId }, delaySeconds)
  } catch (error) {
    deps.log.error('the worker could not be woken; the ticker will', { operationId, error })
  }
}
