import { createRoute } from '@hono/zod-openapi'
import {
  ChangeOperation,
  ItemListQuery,
  OperationDownload,
  OperationItemList,
  OperationList,
  OperationListQuery,
  OperationSeries,
} from '@lean-ops/common/contract/operation-requests'
import { OperationView } from '@lean-ops/common/contract/operation-view'
import { allowedOwners } from '@lean-ops/common/contract/permissions'
import { ConfirmPlan } from '@lean-ops/common/contract/plan'
import { listOperationSeries } from '@lean-ops/common/control-plane/operations/list-operation-series'
import { readVersions } from '@lean-ops/common/control-plane/read-versions'
import { z } from 'zod'
import type { ApiDeps } from '../api-deps.ts'
import { access } from '../http/access.ts'
import { isFresh } from '../http/is-fresh.ts'
import { jsonResponse, refusalResponses } from '../http/json-response.ts'
import { nounRouter } from '../http/noun-router.ts'
import { requireActor } from '../http/require-actor.ts'
import { requiredVersion, versionTag } from '../http/version-tag.ts'
import { changeVisibleOperation } from './change-visible-operation.ts'
import { createOperation } from './create-operation.ts'
import { findDownload } from './find-download.ts'
import { getVisibleOperation } from './get-visible-operation.ts'
import { pageOfItems } from './page-of-items.ts'
import { pageOfOperations } from './page-of-operations.ts'

const owned = { tags: ['operations'] }
const params = z.object({ id: z.uuid() })

const list = createRoute({
  ...access('topic:read', 'dead-letters-and-operations'),
  ...owned,
  method: 'get',
  path: '/operations',
  summary: 'Operations, newest first',
  request: { query: OperationListQuery },
  responses: {
    200: jsonResponse(OperationList, 'A page.'),
    304: { description: 'Nothing changed since the ETag you sent.' },
    ...refusalResponses(400),
  },
})

const create = createRoute({
  ...access('topic:read', 'dead-letters-and-operations'),
  ...owned,
  method: 'post',
  path: '/operations',
  summary: 'Confirm a preview',
  description:
    'Runs exactly what the preview showed. 409 when its count has changed, it has expired or is blocked. Confirming twice is one operation.',
  request: { body: { required: true, content: { 'application/json': { schema: ConfirmPlan } } } },
  responses: {
    202: jsonResponse(OperationView, 'Accepted; a worker takes it up.'),
    ...refusalResponses(400, 404, 409, 413, 415, 422),
  },
})

const get = createRoute({
  ...access('topic:read', 'dead-letters-and-operations'),
  ...owned,
  method: 'get',
  path: '/operations/{id}',
  summary: 'One operation',
  request: { params },
  responses: {
    200: jsonResponse(OperationView, 'The operation; its ETag is for If-Match.'),
    ...refusalResponses(400, 404),
  },
})

const change = createRoute({
  ...access('topic:read', 'dead-letters-and-operations'),
  ...owned,
  method: 'patch',
  path: '/operations/{id}',
  summary: 'Pause, resume, cancel, or change the rate',
  description: 'Needs If-Match and, on every topic of the operation, the permission that its kind needs.',
  request: { params, body: { required: true, content: { 'application/json': { schema: ChangeOperation } } } },
  responses: {
    200: jsonResponse(OperationView, 'The operation now.'),
    ...refusalResponses(400, 404, 409, 412, 413, 415, 422),
  },
})

const items = createRoute({
  ...access('topic:read', 'dead-letters-and-operations'),
  ...owned,
  method: 'get',
  path: '/operations/{id}/items',
  summary: 'What became of each message',
  request: { params, query: ItemListQuery },
  responses: {
    200: jsonResponse(OperationItemList, 'A page, in order of sending.'),
    ...refusalResponses(400, 404),
  },
})

const series = createRoute({
  ...access('topic:read', 'dead-letters-and-operations'),
  ...owned,
  method: 'get',
  path: '/operations/{id}/series',
  summary: 'Throughput and outcomes per ten seconds',
  request: { params },
  responses: {
    200: jsonResponse(OperationSeries, 'Oldest first; the newest 720 points.'),
    ...refusalResponses(400, 404),
  },
})

const download = createRoute({
  ...access('export', 'dead-letters-and-operations'),
  ...owned,
  method: 'get',
  path: '/operations/{id}/download',
  summary: 'A link to the file of a finished export',
  description: 'The link lives five minutes; the file is purged after 24 hours.',
  request: { params },
  responses: { 200: jsonResponse(OperationDownload, 'The link.'), ...refusalResponses(400, 404, 409) },
})

const seriesMax = 720

export const operationRoutes = (deps: ApiDeps) =>
  nounRouter()
    .openapi(list, async (c) => {
      const actor = requireActor(c)
      const query = c.req.valid('query')
      const { operations: version } = await readVersions(deps.db, ['operations'])
      if (isFresh(c, 'operations', version, query, actor.id, allowedOwners(actor.grants, 'topic:read')))
        return c.body(null, 304)
      return c.json(await pageOfOperations(deps.db, actor, query), 200)
    })
    .openapi(create, async (c) => {
      const at = { now: deps.now(), requestId: c.get('requestId') }
      const operation = await createOperation(deps, requireActor(c), c.req.valid('json'), at)
      c.header('ETag', versionTag(operation.version))
      c.header('Location', `/api/operations/${operation.id}`)
      return c.json(operation, 202)
    })
    .openapi(get, async (c) => {
      const operation = await getVisibleOperation(deps.db, requireActor(c), c.req.valid('param').id)
      c.header('ETag', versionTag(operation.version))
      c.header('Cache-Control', 'no-store')
      return c.json(operation, 200)
    })
    .openapi(change, async (c) => {
      const operation = await changeVisibleOperation(deps, requireActor(c), {
        operationId: c.req.valid('param').id,
        change: c.req.valid('json'),
        ifVersion: requiredVersion(c.req.header('If-Match')),
        requestId: c.get('requestId'),
      })
      c.header('ETag', versionTag(operation.version))
      return c.json(operation, 200)
    })
    .openapi(items, async (c) => {
      const actor = requireActor(c)
      const { id } = c.req.valid('param')
      await getVisibleOperation(deps.db, actor, id)
      return c.json(await pageOfItems(deps.db, actor, id, c.req.valid('query')), 200)
    })
    .openapi(series, async (c) => {
      const { id } = c.req.valid('param')
      await getVisibleOperation(deps.db, requireActor(c), id)
      return c.json({ points: await listOperationSeries(deps.db, id, seriesMax) }, 200)
    })
    .openapi(download, async (c) => {
      const link = await findDownload(deps, requireActor(c), c.req.valid('param').id)
      c.header('Cache-Control', 'no-store')
      return c.json(link, 200)
    })
