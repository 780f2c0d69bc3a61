import { createRoute } from '@hono/zod-openapi'
import { DeadLetterFilter } from '@lean-ops/common/contract/dead-letter-filter'
import { isJob } from '@lean-ops/common/contract/operation-facts'
import { allowedOwners } from '@lean-ops/common/contract/permissions'
import { CreatePlan, Plan } from '@lean-ops/common/contract/plan'
import { createJobPlan } from '@lean-ops/common/control-plane/operations/create-job-plan'
import { createPlan } from '@lean-ops/common/control-plane/operations/create-plan'
import { getPlan } from '@lean-ops/common/control-plane/operations/get-plan'
import { AppError } from '@lean-ops/common/errors/app-error'
import { z } from 'zod'
import type { ApiDeps } from '../api-deps.ts'
import { checkPredicates } from '../dead-letters/check-predicates.ts'
import { access } from '../http/access.ts'
import { jsonResponse, refusalResponses } from '../http/json-response.ts'
import { nounRouter } from '../http/noun-router.ts'
import { requireActor } from '../http/require-actor.ts'
import { permissionOfKind } from '../operations/permission-of-kind.ts'
import { maskPlan } from './mask-plan.ts'

const create = createRoute({
  ...access('topic:read', 'dead-letters-and-operations'),
  method: 'post',
  path: '/plans',
  tags: ['operations'],
  summary: 'Preview an action on messages, topics or a run',
  description:
    'Counts exactly what the action would take, says what stands in the way, and stores that for 15 minutes. Changes nothing else.',
  request: { body: { required: true, content: { 'application/json': { schema: CreatePlan } } } },
  responses: { 201: jsonResponse(Plan, 'The stored preview.'), ...refusalResponses(400, 413, 415, 422) },
})

const get = createRoute({
  ...access('topic:read', 'dead-letters-and-operations'),
  method: 'get',
  path: '/plans/{id}',
  tags: ['operations'],
  summary: 'A preview of yours, with "would it work now?" once it is known',
  request: { params: z.object({ id: z.uuid() }) },
  responses: { 200: jsonResponse(Plan, 'The preview.'), ...refusalResponses(400, 404) },
})

export const planRoutes = (deps: ApiDeps) =>
  nounRouter()
    .openapi(create, async (c) => {
      const actor = requireActor(c)
      const { parameters, selection } = c.req.valid('json')
      const permission = permissionOfKind(parameters.kind)
      const actOwners = allowedOwners(actor.grants, permission)
      if (actOwners !== '*' && actOwners.length === 0)
        throw new AppError('FORBIDDEN', `This needs the permission ${permission}, which you do not have.`, {
          context: { permission, reason: 'NO_PERMISSION' },
        })
      if (selection.by === 'filter') {
        const filter = DeadLetterFilter.safeParse(selection.filter)
        if (filter.success) await checkPredicates(deps.db, actor.grants, filter.data)
      }
      const request = {
        selection,
        actor: { kind: actor.kind, id: actor.id, name: actor.name },
        readOwners: allowedOwners(actor.grants, 'topic:read'),
        actOwners,
        unmaskOwners: allowedOwners(actor.grants, 'payload:unmask'),
        now: deps.now(),
      }
      const plan = isJob(parameters)
        ? await createJobPlan(deps.db, { ...request, parameters })
        : await createPlan(deps.db, { ...request, parameters })
      if (plan.checkState === 'pending') await deps.operations.wake({ do: 'check-plan', planId: plan.id }, 0)
      c.header('Cache-Control', 'no-store')
      return c.json(plan, 201)
    })
    .openapi(get, async (c) => {
      const actor = requireActor(c)
      const plan = await getPlan(deps.db, c.req.valid('param').id, actor.id)
      c.header('Cache-Control', 'no-store')
      return c.json(await maskPlan(deps.db, actor, plan, deps.now()), 200)
    })
