import { createRoute } from '@hono/zod-openapi'
import { AuditChain, AuditPage, AuditQuery } from '@lean-ops/common/contract/audit'
import { allowedOwners } from '@lean-ops/common/contract/permissions'
import { verifyAuditChain } from '@lean-ops/common/control-plane/audit/verify-audit-chain'
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

const chain = createRoute({
  ...access('admin', 'dead-letters-and-operations'),
  method: 'get',
  path: '/audit/chain',
  tags: ['audit'],
  summary: 'Is the audit as it was written?',
  description:
    'Recomputes the hash of every row and compares the hourly exports of the archive with them. Reads all rows.',
  responses: { 200: jsonResponse(AuditChain, 'The verdict.'), ...refusalResponses() },
})

export const auditRoutes = (deps: ApiDeps) =>
  nounRouter()
    .openapi(list, async (c) => {
      const actor = requireActor(c)
      const onlyActor = allowedOwners(actor.grants, 'topic:read') === '*' ? null : actor.id
      c.header('Cache-Control', 'no-store')
      return c.json(await listAudit(deps.db, c.req.valid('query'), onlyActor), 200)
    })
    .openapi(chain, async (c) => {
      const { brokenAt = null, ...verdict } = await verifyAuditChain(deps.db)
      const isWhole = brokenAt === null && verdict.contradictedExports.length === 0
      c.header('Cache-Control', 'no-store')
      return c.json({ ...verdict, brokenAt, isWhole }, 200)
    })
