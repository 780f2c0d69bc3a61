import { createRoute } from '@hono/zod-openapi'
import { OperationView } from '@lean-ops/common/contract/operation-view'
import {
  ComputeAccount,
  SnapshotQuery,
  TopicAccount,
  TopicSnapshots,
} from '@lean-ops/common/contract/topic-lake'
import { findAccount } from '@lean-ops/common/control-plane/accounts/find-account'
import { z } from 'zod'
import type { ApiDeps } from '../api-deps.ts'
import { access } from '../http/access.ts'
import { jsonBody } from '../http/json-body.ts'
import { jsonResponse, refusalResponses } from '../http/json-response.ts'
import { nounRouter } from '../http/noun-router.ts'
import { requireActor } from '../http/require-actor.ts'
import { requirePermission } from '../http/require-permission.ts'
import { confirmJob } from '../operations/confirm-job.ts'
import { findVisibleTopic } from '../topics/find-visible-topic.ts'
import { readSnapshots } from './read-snapshots.ts'

const params = z.object({ topic: z.string().min(1).max(48) })

const snapshots = createRoute({
  ...access('topic:read', 'orchestration-and-jobs'),
  tags: ['topics'],
  method: 'get',
  path: '/topics/{topic}/snapshots',
  summary: 'Commits of RAW, curated and semantic, with checkpoints',
  description:
    'Metadata of three tables, read live; a table that cannot be read says so and leaves the others.',
  request: { params, query: SnapshotQuery },
  responses: {
    200: jsonResponse(TopicSnapshots, 'Three layers, newest commits first.'),
    ...refusalResponses(400, 404),
  },
})

const account = createRoute({
  ...access('topic:read', 'orchestration-and-jobs'),
  tags: ['topics'],
  method: 'get',
  path: '/topics/{topic}/account',
  summary: 'The newest closed account of a topic, and its age',
  request: { params },
  responses: { 200: jsonResponse(TopicAccount, 'The account, or null.'), ...refusalResponses(400, 404) },
})

const compute = createRoute({
  ...access('run', 'orchestration-and-jobs'),
  tags: ['topics'],
  method: 'post',
  path: '/topics/{topic}/account',
  summary: 'Have the account counted',
  description:
    'An operation: a job counts every message up to the newest snapshot of RAW that was processed.',
  request: { params, body: jsonBody(ComputeAccount) },
  responses: {
    202: jsonResponse(OperationView, 'Accepted; a worker takes it up.'),
    ...refusalResponses(400, 404, 409, 413, 415, 422),
  },
})

export const lakeRoutes = (deps: ApiDeps) =>
  nounRouter()
    .openapi(snapshots, async (c) => {
      const topic = await findVisibleTopic(deps.db, requireActor(c), c.req.valid('param').topic)
      c.header('Cache-Control', 'no-store')
      return c.json(await readSnapshots(deps, topic, c.req.valid('query').limit), 200)
    })
    .openapi(account, async (c) => {
      const { topic } = await findVisibleTopic(deps.db, requireActor(c), c.req.valid('param').topic)
      const { account: found, operationId } = await findAccount(deps.db, topic)
      c.header('Cache-Control', 'no-store')
      return c.json(
        {
          topic,
          account: found
            ? {
                rawSnapshotId: found.rawSnapshotId,
                computedAt: found.computedAt.toISOString(),
                ageSeconds: Math.max(
                  0,
                  Math.round((deps.now().getTime() - found.computedAt.getTime()) / 1_000),
                ),
                isOutdated: found.isOutdated,
                unexplained: found.unexplained,
                operationId: found.operationId,
                result: found.result,
              }
            : null,
          operationId,
        },
        200,
      )
    })
    .openapi(compute, async (c) => {
      const actor = requireActor(c)
      const { topic, owner } = await findVisibleTopic(deps.db, actor, c.req.valid('param').topic)
      requirePermission(actor, 'run', owner)
      const operation = await confirmJob(deps, actor, {
        parameters: { kind: 'account' },
        topic,
        reason: c.req.valid('json').reason,
        requestId: c.get('requestId'),
      })
      c.header('Location', `/api/operations/${operation.id}`)
      return c.json(operation, 202)
    })
