import { createRoute } from '@hono/zod-openapi'
import { allowedOwners } from '@lean-ops/common/contract/permissions'
import { Pulse } from '@lean-ops/common/contract/pulse'
import { endTime, startTime } from 'hono/timing'
import type { ApiDeps } from '../api-deps.ts'
import { access } from '../http/access.ts'
import { jsonResponse, refusalResponses } from '../http/json-response.ts'
import { nounRouter } from '../http/noun-router.ts'
import { requireActor } from '../http/require-actor.ts'
import { listPauses } from './list-pauses.ts'
import { readPulse } from './read-pulse.ts'

const pulse = createRoute({
  ...access('topic:read', 'dead-letters-and-operations'),
  method: 'get',
  path: '/pulse',
  tags: ['pulse'],
  summary: 'What changed: a version per noun, counts for the navigation, my running operations',
  description:
    'Ask every 5 s while visible, every second on a running operation. Two small queries, never cached.',
  responses: { 200: jsonResponse(Pulse, 'Now.'), ...refusalResponses() },
})

export const pulseRoutes = (deps: ApiDeps) =>
  nounRouter().openapi(pulse, async (c) => {
    const actor = requireActor(c)
    startTime(c, 'db')
    const owners = allowedOwners(actor.grants, 'topic:read')
    const answer = {
      ...(await readPulse(deps.db, { id: actor.id, owners, now: deps.now() })),
      ...(await listPauses(deps.db, owners)),
    }
    endTime(c, 'db')
    c.header('Cache-Control', 'no-store')
    return c.json(answer, 200)
  })
