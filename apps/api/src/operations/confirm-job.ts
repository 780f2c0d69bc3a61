import type { JobParameters } from '@lean-ops/common/contract/operation'
import { RunSettings } from '@lean-ops/common/contract/operation'
import type { OperationView } from '@lean-ops/common/contract/operation-view'
import { allowedOwners } from '@lean-ops/common/contract/permissions'
import { createJobPlan } from '@lean-ops/common/control-plane/operations/create-job-plan'
import type { ApiDeps } from '../api-deps.ts'
import type { Actor } from '../app-env.ts'
import { createOperation } from './create-operation.ts'
import { permissionOfKind } from './permission-of-kind.ts'

type Request = { parameters: JobParameters; topic: string; reason: string; requestId: string }

/** Plan and confirmation in one step, for an action on one topic whose consequence its own page has shown. Blocked = CONFLICT with the blockers. */
export async function confirmJob(deps: ApiDeps, actor: Actor, request: Request): Promise<OperationView> {
  const { parameters, topic, reason, requestId } = request
  const now = deps.now()
  const plan = await createJobPlan(deps.db, {
    parameters,
    selection: { by: 'topics', topics: [topic] },
    actor: { kind: actor.kind, id: actor.id, name: actor.name },
    readOwners: allowedOwners(actor.grants, 'topic:read'),
    actOwners: allowedOwners(actor.grants, permissionOfKind(parameters.kind)),
    now,
  })
  const settings = RunSettings.parse({})
  return createOperation(deps, actor, { planId: plan.id, reason, settings }, { now, requestId })
}
