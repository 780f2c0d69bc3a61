import { createRoute } from '@hono/zod-openapi'
import {
  SavedView,
  SavedViewChange,
  SavedViewInput,
  SavedViewList,
  savedViewPages,
} from '@lean-ops/common/contract/saved-views'
import { readVersions } from '@lean-ops/common/control-plane/read-versions'
import { z } from 'zod'
import type { ApiDeps } from '../api-deps.ts'
import { access } from '../http/access.ts'
import { isFresh } from '../http/is-fresh.ts'
import { jsonBody } from '../http/json-body.ts'
import { jsonResponse, refusalResponses } from '../http/json-response.ts'
import { nounRouter } from '../http/noun-router.ts'
import { requireActor } from '../http/require-actor.ts'
import { requiredVersion, versionTag } from '../http/version-tag.ts'
import { changeSavedView, deleteSavedView } from './change-saved-view.ts'
import { createSavedView } from './create-saved-view.ts'
import { listSavedViews } from './list-saved-views.ts'

const base = { ...access('topic:read', 'dead-letters-and-operations'), tags: ['saved views'] }
const params = z.object({ id: z.uuid() })
const headers = z.object({ 'if-match': z.string().max(40).optional() })

const list = createRoute({
  ...base,
  method: 'get',
  path: '/saved-views',
  summary: 'My views and the shared ones',
  request: { query: z.object({ page: z.enum(savedViewPages).optional() }) },
  responses: {
    200: jsonResponse(SavedViewList, 'By name.'),
    304: { description: 'Nothing changed since the ETag you sent.' },
    ...refusalResponses(400),
  },
})

const create = createRoute({
  ...base,
  method: 'post',
  path: '/saved-views',
  summary: 'Keep a filter under a name',
  request: { body: jsonBody(SavedViewInput) },
  responses: { 201: jsonResponse(SavedView, 'Kept.'), ...refusalResponses(400, 409, 413, 415, 422) },
})

const change = createRoute({
  ...base,
  method: 'patch',
  path: '/saved-views/{id}',
  summary: 'Rename, refilter or share a view',
  request: { params, headers, body: jsonBody(SavedViewChange) },
  responses: {
    200: jsonResponse(SavedView, 'Changed.'),
    ...refusalResponses(400, 404, 409, 412, 413, 415, 422),
  },
})

const remove = createRoute({
  ...base,
  method: 'delete',
  path: '/saved-views/{id}',
  summary: 'Remove a view',
  request: { params, headers },
  responses: { 204: { description: 'Removed.' }, ...refusalResponses(400, 404, 412, 415) },
})

export const savedViewRoutes = (deps: ApiDeps) =>
  nounRouter()
    .openapi(list, async (c) => {
      const { page } = c.req.valid('query')
      const { id } = requireActor(c)
      const { saved_views: version } = await readVersions(deps.db, ['saved_views'])
      if (isFresh(c, 'saved-views', version, id, page)) return c.body(null, 304)
      return c.json({ views: await listSavedViews(deps.db, { actorId: id, page }) }, 200)
    })
    .openapi(create, async (c) => {
      const view = await createSavedView(deps.db, requireActor(c).id, c.req.valid('json'), deps.now())
      c.header('ETag', versionTag(view.version))
      return c.json(view, 201)
    })
    .openapi(change, async (c) => {
      const ifVersion = requiredVersion(c.req.valid('header')['if-match'])
      const target = { id: c.req.valid('param').id, ifVersion, now: deps.now() }
      const view = await changeSavedView(deps.db, requireActor(c), target, c.req.valid('json'))
      c.header('ETag', versionTag(view.version))
      return c.json(view, 200)
    })
    .openapi(remove, async (c) => {
      const ifVersion = requiredVersion(c.req.valid('header')['if-match'])
      const target = { id: c.req.valid('param').id, ifVersion, now: deps.now() }
      await deleteSavedView(deps.db, requireActor(c), target)
      return c.body(null, 204)
    })
