import { createRoute } from '@hono/zod-openapi'
import { apiVersion } from '@lean-ops/common/contract/api-conventions'
import { Health } from '@lean-ops/common/contract/health'
import { sql } from 'drizzle-orm'
import type { ApiDeps } from '../api-deps.ts'
import { access } from '../http/access.ts'
import { jsonResponse, refusalResponses } from '../http/json-response.ts'
import { nounRouter } from '../http/noun-router.ts'

const health = createRoute({
  ...access('public', 'skeleton'),
  method: 'get',
  path: '/healthz',
  tags: ['health'],
  summary: 'Is the API up, and does its database answer?',
  responses: { 200: jsonResponse(Health, 'Both answer.'), ...refusalResponses() },
})

export const healthRoutes = (deps: ApiDeps) =>
  nounRouter().openapi(health, async (c) => {
    await deps.db.execute(sql`select 1`)
    c.header('Cache-Control', 'no-store')
    return c.json({ status: 'ok' as const, stage: deps.config.STAGE, apiVersion }, 200)
  })
