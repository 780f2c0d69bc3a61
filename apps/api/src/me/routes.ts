import { createRoute } from '@hono/zod-openapi'
import { Me } from '@lean-ops/common/contract/me'
import type { ApiDeps } from '../api-deps.ts'
import { access } from '../http/access.ts'
import { jsonResponse, refusalResponses } from '../http/json-response.ts'
import { nounRouter } from '../http/noun-router.ts'
import { requireActor } from '../http/require-actor.ts'
import { describeMe } from './describe-me.ts'

const me = createRoute({
  ...access('signed-in', 'dead-letters-and-operations'),
  method: 'get',
  path: '/me',
  tags: ['sign-in'],
  summary: 'Who is signed in, with roles, permissions and owners',
  description:
    'Also answers people who have no role yet: `hasRole` is false and `roleContact` says whom to ask.',
  responses: { 200: jsonResponse(Me, 'You.'), ...refusalResponses() },
})

export const meRoutes = (deps: ApiDeps) =>
  nounRouter().openapi(me, (c) => {
    c.header('Cache-Control', 'no-store')
    return c.json(describeMe(requireActor(c), deps.config.ROLE_CONTACT), 200)
  })
