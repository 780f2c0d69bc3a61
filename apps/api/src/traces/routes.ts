import { createRoute } from '@hono/zod-openapi'
import { Trace, TraceQuery } from '@lean-ops/common/contract/trace'
import { z } from 'zod'
import type { ApiDeps } from '../api-deps.ts'
import { access } from '../http/access.ts'
import { jsonResponse, refusalResponses } from '../http/json-response.ts'
import { nounRouter } from '../http/noun-router.ts'
import { requireActor } from '../http/require-actor.ts'
import { traceMessage } from './trace-message.ts'

const get = createRoute({
  ...access('topic:read', 'orchestration-and-jobs'),
  tags: ['traces'],
  method: 'get',
  path: '/traces/{id}',
  summary: 'The way of a message, from queue to Snowflake',
  description:
    'The id of a message, a dead letter or a replay, or, with `by=key`, a business key. A request reads for a few seconds; `continueBefore` says where the next one goes on. Nothing found is an answer: it says what was looked in.',
  request: { params: z.object({ id: z.string().min(1).max(512) }), query: TraceQuery },
  responses: {
    200: jsonResponse(Trace, 'A trail per message, or none and what was looked in.'),
    ...refusalResponses(400, 422),
  },
})

export const traceRoutes = (deps: ApiDeps) =>
  nounRouter().openapi(get, async (c) => {
    const trace = await traceMessage(deps, requireActor(c), c.req.valid('param').id, c.req.valid('query'))
    c.header('Cache-Control', 'no-store')
    return c.json(trace, 200)
  })
