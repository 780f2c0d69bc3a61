import { createRoute } from '@hono/zod-openapi'
import { DeadLetterId } from '@lean-ops/common/contract/dead-letter'
import {
  BodyQuery,
  DeadLetterBodyView,
  DeadLetterHistory,
  DeadLetterView,
  UnmaskGrant,
  UnmaskRequest,
} from '@lean-ops/common/contract/dead-letter-requests'
import { allowedOwners } from '@lean-ops/common/contract/permissions'
import { getDeadLetter } from '@lean-ops/common/control-plane/dead-letters/get-dead-letter'
import { listDeadLetterEvents } from '@lean-ops/common/control-plane/dead-letters/list-dead-letter-events'
import { z } from 'zod'
import type { ApiDeps } from '../api-deps.ts'
import { access } from '../http/access.ts'
import { jsonBody } from '../http/json-body.ts'
import { jsonResponse, refusalResponses } from '../http/json-response.ts'
import { nounRouter } from '../http/noun-router.ts'
import { requireActor } from '../http/require-actor.ts'
import { requirePermission } from '../http/require-permission.ts'
import { downloadBody } from './download-body.ts'
import { unmaskDeadLetter } from './unmask-dead-letter.ts'
import { viewBody } from './view-body.ts'
import { viewDeadLetter } from './view-dead-letter.ts'

const base = { ...access('topic:read', 'dead-letters-and-operations'), tags: ['dead letters'] }
const params = z.object({ id: DeadLetterId })
const octets = { 'application/octet-stream': { schema: z.string().meta({ format: 'binary' }) } }

const get = createRoute({
  ...base,
  method: 'get',
  path: '/dead-letters/{id}',
  summary: 'One message: failure, attributes, lineage, why it was grouped',
  request: { params },
  responses: {
    200: jsonResponse(DeadLetterView, 'The message, masked for you.'),
    ...refusalResponses(400, 404),
  },
})

const body = createRoute({
  ...base,
  method: 'get',
  path: '/dead-letters/{id}/body',
  summary: 'The body, as you may see it',
  description:
    'Masked on the server: with a contract its classified and unknown fields, otherwise everything but keys and shape.',
  request: { params, query: BodyQuery },
  responses: { 200: jsonResponse(DeadLetterBodyView, 'The body.'), ...refusalResponses(400, 404) },
})

const raw = createRoute({
  ...access('payload:unmask', 'dead-letters-and-operations'),
  tags: ['dead letters'],
  method: 'get',
  path: '/dead-letters/{id}/body/raw',
  summary: 'The exact bytes, whole or a range, while your unmask holds',
  request: { params, headers: z.object({ range: z.string().max(60).optional() }) },
  responses: {
    200: { description: 'All bytes.', content: octets },
    206: { description: 'The range you asked for.', content: octets },
    ...refusalResponses(400, 404),
  },
})

const unmask = createRoute({
  ...access('payload:unmask', 'dead-letters-and-operations'),
  tags: ['dead letters'],
  method: 'post',
  path: '/dead-letters/{id}/unmask',
  summary: 'See this one message in clear text for 15 minutes',
  description: 'Needs a reason. Audited per message; limited per hour.',
  request: { params, body: jsonBody(UnmaskRequest) },
  responses: {
    201: jsonResponse(UnmaskGrant, 'Until then.'),
    ...refusalResponses(400, 404, 409, 413, 415, 422),
  },
})

const history = createRoute({
  ...base,
  method: 'get',
  path: '/dead-letters/{id}/history',
  summary: 'Every failure, send and outcome of this message, newest first',
  request: { params },
  responses: { 200: jsonResponse(DeadLetterHistory, 'The history.'), ...refusalResponses(400, 404) },
})

/** Nothing about one message is kept in a cache: what was unmasked a moment ago must be gone when it is over. */
export const deadLetterRoutes = (deps: ApiDeps) =>
  nounRouter()
    .openapi(get, async (c) => {
      c.header('Cache-Control', 'no-store')
      return c.json(await viewDeadLetter(deps, requireActor(c), c.req.valid('param').id), 200)
    })
    .openapi(body, async (c) => {
      const { charactersMax } = c.req.valid('query')
      c.header('Cache-Control', 'no-store')
      return c.json(await viewBody(deps, requireActor(c), c.req.valid('param').id, charactersMax), 200)
    })
    .openapi(raw, async (c) => {
      const { id } = c.req.valid('param')
      const request = { id, range: c.req.valid('header').range, requestId: c.get('requestId') }
      const { bytes, from, total, isPartial } = await downloadBody(deps, requireActor(c), request)
      c.header('Cache-Control', 'no-store')
      c.header('Accept-Ranges', 'bytes')
      c.header('Content-Type', 'application/octet-stream')
      // Never rendered: a body may be a page that somebody hopes an operator opens.
      c.header('Content-Disposition', `attachment; filename="${id}.txt"`)
      if (isPartial) c.header('Content-Range', `bytes ${from}-${from + bytes.length - 1}/${total}`)
      return c.body(new Uint8Array(bytes), isPartial ? 206 : 200)
    })
    .openapi(unmask, async (c) => {
      const actor = requireActor(c)
      const { id } = c.req.valid('param')
      const { owner, topic } = await getDeadLetter(deps.db, id, allowedOwners(actor.grants, 'topic:read'))
      requirePermission(actor, 'payload:unmask', owner)
      const { reason } = c.req.valid('json')
      const grant = await unmaskDeadLetter(deps.db, actor, {
        id,
        topic,
        reason,
        now: deps.now(),
        requestId: c.get('requestId'),
      })
      c.header('Cache-Control', 'no-store')
      return c.json(grant, 201)
    })
    .openapi(history, async (c) => {
      const { id } = c.req.valid('param')
      // Outside the reader's owners there is no such message, hence no history.
      await getDeadLetter(deps.db, id, allowedOwners(requireActor(c).grants, 'topic:read'))
      c.header('Cache-Control', 'no-store')
      return c.json({ events: await listDeadLetterEvents(deps.db, id) }, 200)
    })
