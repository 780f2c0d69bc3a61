import { createRoute } from '@hono/zod-openapi'
import { ChangeHold, HoldView } from '@lean-ops/common/contract/operation-requests'
import { getHold, setHold } from '@lean-ops/common/control-plane/operations/set-hold'
import type { ApiDeps } from '../api-deps.ts'
import { access } from '../http/access.ts'
import { checkEnd } from '../http/check-end.ts'
import { jsonResponse, refusalResponses } from '../http/json-response.ts'
import { nounRouter } from '../http/noun-router.ts'
import { requireActor } from '../http/require-actor.ts'
import { requiredVersion, versionTag } from '../http/version-tag.ts'

const get = createRoute({
  ...access('topic:read', 'dead-letters-and-operations'),
  method: 'get',
  path: '/hold',
  tags: ['operations'],
  summary: 'Whether all operations are held',
  responses: { 200: jsonResponse(HoldView, 'The hold.'), ...refusalResponses() },
})

const change = createRoute({
  ...access('admin', 'dead-letters-and-operations'),
  method: 'put',
  path: '/hold',
  tags: ['operations'],
  summary: 'Hold all operations, or lift the hold',
  description: 'Obeyed before the next batch of every operation. Needs If-Match.',
  request: { body: { required: true, content: { 'application/json': { schema: ChangeHold } } } },
  responses: { 200: jsonResponse(HoldView, 'The hold now.'), ...refusalResponses(400, 412, 413, 415, 422) },
})

const holdDaysMax = 7

export const holdRoutes = (deps: ApiDeps) =>
  nounRouter()
    .openapi(get, async (c) => {
      const hold = await getHold(deps.db)
      c.header('ETag', versionTag(hold.version))
      return c.json(hold, 200)
    })
    .openapi(change, async (c) => {
      const actor = requireActor(c)
      const { isHeld, reason, until } = c.req.valid('json')
      const end = checkEnd(until, deps.now(), holdDaysMax)
      const hold = await setHold(deps.db, {
        isHeld,
        reason,
        until: isHeld ? end : null,
        ifVersion: requiredVersion(c.req.header('If-Match')),
        actor: { kind: actor.kind, id: actor.id, name: actor.name },
        requestId: c.get('requestId'),
      })
      if (!isHeld) await deps.operations.wake({ do: 'tick' }, 0)
      c.header('ETag', versionTag(hold.version))
      return c.json(hold, 200)
    })
