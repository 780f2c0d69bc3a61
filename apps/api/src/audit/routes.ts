import { createRoute } from '@hono/zod-openapi'
import { AuditPage, AuditQuery } from '@lean-ops/common/contract/audit'
import { allowedOwners } from '@lean-ops/common/contract/permissions'
import type { ApiDeps } from '../api-deps.ts'
import { access } from '../http/access.ts'
import { jsonResponse, refusalResponses } from '../http/json-response.ts'
import { nounRouter } from '../http/noun-router.ts'
import { requireActor } from '../http/require-actor.ts'
import { listAudit } from './list-audit.ts'

const list = createRoute({
  ...access('topic:read', 'dead-letters-and-operations'),
  method: 'get',
  path: '/audit',
  tags: ['audit'],
  summary: 'Who did what to what, when and why',
  description:
    'Newest first. People whose role covers only some owners see their own deeds: a row may concern topics of others.',
  request: { query: AuditQuery },
  responses: { 200: jsonResponse(AuditPage, 'One page.'), ...refusalResponses(400) },
})

export const auditRoutes = (deps: ApiDeps) =>
  nounRouter().openapi(list, async (c) => {
    const actor = requireActor(c)
    const onlyActor = allowedOwners(actor.grants, 'topic:read') === '*' ? null : actor.id
    c.header('Cache-Control', 'no-store')
    return c.json(await listAudit(deps.db, c.req.valid('query'), onlyActor), 200)
  })
