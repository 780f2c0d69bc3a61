import { createRoute } from '@hono/zod-openapi'
import { allowedOwners } from '@lean-ops/common/contract/permissions'
import {
  RunDetail,
  RunList,
  RunListQuery,
  RunLogQuery,
  RunLogs,
  RunSteps,
} from '@lean-ops/common/contract/run-view'
import { readVersions } from '@lean-ops/common/control-plane/read-versions'
import { AppError } from '@lean-ops/common/errors/app-error'
import { z } from 'zod'
import type { ApiDeps } from '../api-deps.ts'
import { access } from '../http/access.ts'
import { isFresh } from '../http/is-fresh.ts'
import { jsonResponse, refusalResponses } from '../http/json-response.ts'
import { nounRouter } from '../http/noun-router.ts'
import { requireActor } from '../http/require-actor.ts'
import { getVisibleRun } from './get-visible-run.ts'
import { pageOfRuns } from './page-of-runs.ts'
import { readLogs } from './read-logs.ts'
import { readSteps } from './read-steps.ts'

const owned = { tags: ['runs'] }
const params = z.object({ id: z.string().regex(/^[A-Za-z0-9_-]{1,80}$/, 'the name of an execution') })
const unchanged = { 304: { description: 'Nothing changed since the ETag you sent.' } }

const list = createRoute({
  ...access('topic:read', 'orchestration-and-jobs'),
  ...owned,
  method: 'get',
  path: '/runs',
  summary: 'Runs of the pipeline, newest first',
  request: { query: RunListQuery },
  responses: { 200: jsonResponse(RunList, 'A page.'), ...unchanged, ...refusalResponses(400) },
})

const get = createRoute({
  ...access('topic:read', 'orchestration-and-jobs'),
  ...owned,
  method: 'get',
  path: '/runs/{id}',
  summary: 'One run with its topics and passes',
  request: { params },
  responses: { 200: jsonResponse(RunDetail, 'The run.'), ...unchanged, ...refusalResponses(400, 404) },
})

const states = createRoute({
  ...access('topic:read', 'orchestration-and-jobs'),
  ...owned,
  method: 'get',
  path: '/runs/{id}/states',
  summary: 'The states the execution went through',
  description:
    'Asked of Step Functions live, for this run only; its history is kept for 90 days after the end.',
  request: { params },
  responses: { 200: jsonResponse(RunSteps, 'In the order of entering.'), ...refusalResponses(400, 404) },
})

const logs = createRoute({
  ...access('topic:read', 'orchestration-and-jobs'),
  ...owned,
  method: 'get',
  path: '/runs/{id}/logs',
  summary: 'What the jobs of a run wrote',
  description: 'Lines of every job run that the run started, or of one pass; values are scrubbed.',
  request: { params, query: RunLogQuery },
  responses: { 200: jsonResponse(RunLogs, 'A page, oldest first.'), ...refusalResponses(400, 404) },
})

export const runRoutes = (deps: ApiDeps) =>
  nounRouter()
    .openapi(list, async (c) => {
      const actor = requireActor(c)
      const query = c.req.valid('query')
      const { runs: version } = await readVersions(deps.db, ['runs'])
      if (isFresh(c, 'runs', version, query, allowedOwners(actor.grants, 'topic:read')))
        return c.body(null, 304)
      return c.json(await pageOfRuns(deps.db, actor, query), 200)
    })
    .openapi(get, async (c) => {
      const actor = requireActor(c)
      const { id } = c.req.valid('param')
      const { runs: version } = await readVersions(deps.db, ['runs'])
      if (isFresh(c, 'run', id, version, allowedOwners(actor.grants, 'topic:read'))) return c.body(null, 304)
      return c.json(await getVisibleRun(deps.db, actor, id), 200)
    })
    .openapi(states, async (c) => {
      const { arn } = await getVisibleRun(deps.db, requireActor(c), c.req.valid('param').id)
      if (arn === null)
        throw new AppError('NOT_FOUND', 'This run has not been started yet: it has no states.')
      c.header('Cache-Control', 'no-store')
      return c.json(await readSteps(deps.pipeline, arn), 200)
    })
    .openapi(logs, async (c) => {
      const detail = await getVisibleRun(deps.db, requireActor(c), c.req.valid('param').id)
      c.header('Cache-Control', 'no-store')
      return c.json(await readLogs(deps.pipeline, detail, c.req.valid('query')), 200)
    })
