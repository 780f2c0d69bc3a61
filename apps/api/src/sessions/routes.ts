import { createRoute } from '@hono/zod-openapi'
import { SessionList } from '@lean-ops/common/contract/me'
import { isAllowed } from '@lean-ops/common/contract/permissions'
import { AppError } from '@lean-ops/common/errors/app-error'
import { z } from 'zod'
import type { ApiDeps } from '../api-deps.ts'
import { access } from '../http/access.ts'
import { jsonResponse, refusalResponses } from '../http/json-response.ts'
import { nounRouter } from '../http/noun-router.ts'
import { requireActor } from '../http/require-actor.ts'
import { listSessions } from './list-sessions.ts'
import { revokeSession } from './revoke-session.ts'

const list = createRoute({
  ...access('signed-in', 'dead-letters-and-operations'),
  method: 'get',
  path: '/sessions',
  tags: ['sign-in'],
  summary: 'Live sessions',
  description: 'Your own; with `of=everyone`, which needs the permission `admin`, all.',
  request: { query: z.object({ of: z.enum(['me', 'everyone']).default('me') }) },
  responses: { 200: jsonResponse(SessionList, 'Newest first.'), ...refusalResponses(400) },
})

const revoke = createRoute({
  ...access('signed-in', 'dead-letters-and-operations'),
  method: 'delete',
  path: '/sessions/{id}',
  tags: ['sign-in'],
  summary: 'End a session at once',
  request: { params: z.object({ id: z.string().min(1).max(64) }) },
  responses: { 204: { description: 'Ended.' }, ...refusalResponses(400, 404, 415) },
})

export const sessionRoutes = (deps: ApiDeps) =>
  nounRouter()
    .openapi(list, async (c) => {
      const actor = requireActor(c)
      const isEveryone = c.req.valid('query').of === 'everyone'
      if (isEveryone && !isAllowed(actor.grants, 'admin'))
        throw new AppError('FORBIDDEN', "Only administrators see other people's sessions.", {
          context: { permission: 'admin', reason: 'NO_PERMISSION' },
        })
      const sessions = await listSessions(deps.db, {
        now: deps.now(),
        currentId: actor.sessionId,
        ...(isEveryone ? {} : { subject: actor.id }),
      })
      c.header('Cache-Control', 'no-store')
      return c.json({ sessions }, 200)
    })
    .openapi(revoke, async (c) => {
      const at = { now: deps.now(), requestId: c.get('requestId') }
      await revokeSession(deps.db, requireActor(c), c.req.valid('param').id, at)
      return c.body(null, 204)
    })
