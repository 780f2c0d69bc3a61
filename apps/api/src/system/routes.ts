import { createRoute } from '@hono/zod-openapi'
import { System } from '@lean-ops/common/contract/system'
import type { ApiDeps } from '../api-deps.ts'
import { access } from '../http/access.ts'
import { jsonResponse, refusalResponses } from '../http/json-response.ts'
import { nounRouter } from '../http/noun-router.ts'
import { describeSystem } from './describe-system.ts'

const system = createRoute({
  ...access('topic:read', 'status-and-alerts'),
  method: 'get',
  path: '/system',
  tags: ['system'],
  summary: 'How the installation itself is: database, sampler, sessions',
  responses: { 200: jsonResponse(System, 'Now.'), ...refusalResponses() },
})

export const systemRoutes = (deps: ApiDeps) =>
  nounRouter().openapi(system, async (c) => {
    c.header('Cache-Control', 'no-store')
    return c.json(await describeSystem(deps.db, { stage: deps.config.STAGE, now: deps.now() }), 200)
  })
