import { createRoute } from '@hono/zod-openapi'
import { ChangeTopicPause, pauseDaysMax, TopicPause } from '@lean-ops/common/contract/topic-pause'
import { setTopicPause } from '@lean-ops/common/control-plane/topics/set-topic-pause'
import { toTopicPause } from '@lean-ops/common/control-plane/topics/to-topic-pause'
import { z } from 'zod'
import type { ApiDeps } from '../api-deps.ts'
import { access } from '../http/access.ts'
import { checkEnd } from '../http/check-end.ts'
import { jsonBody } from '../http/json-body.ts'
import { jsonResponse, refusalResponses } from '../http/json-response.ts'
import { nounRouter } from '../http/noun-router.ts'
import { requireActor } from '../http/require-actor.ts'
import { requirePermission } from '../http/require-permission.ts'
import { requiredVersion, versionTag } from '../http/version-tag.ts'
import { findVisibleTopic } from './find-visible-topic.ts'

const params = z.object({ topic: z.string().min(1).max(48) })

const get = createRoute({
  ...access('topic:read', 'orchestration-and-jobs'),
  method: 'get',
  path: '/topics/{topic}/pause',
  tags: ['topics'],
  summary: 'What of a topic is paused, by whom and why',
  request: { params },
  responses: { 200: jsonResponse(TopicPause, 'The pause.'), ...refusalResponses(400, 404) },
})

const change = createRoute({
  ...access('run', 'orchestration-and-jobs'),
  method: 'put',
  path: '/topics/{topic}/pause',
  tags: ['topics'],
  summary: 'Pause or resume a topic',
  description:
    'Says what is paused from now on; asking twice does no harm. `ingest`: its queue is not read (the event source mapping is disabled within seconds), replays to it wait, and messages stay in the queue for at most 14 days. `processing`: the dispatcher starts no run for it; one that runs goes on to its end. Nothing is deleted or sent. Both false resumes. Needs If-Match.',
  request: { params, body: jsonBody(ChangeTopicPause) },
  responses: {
    200: jsonResponse(TopicPause, 'The pause now.'),
    ...refusalResponses(400, 404, 412, 413, 415, 422),
  },
})

export const pauseRoutes = (deps: ApiDeps) =>
  nounRouter()
    .openapi(get, async (c) => {
      const pause = toTopicPause(await findVisibleTopic(deps.db, requireActor(c), c.req.valid('param').topic))
      c.header('ETag', versionTag(pause.version))
      c.header('Cache-Control', 'no-store')
      return c.json(pause, 200)
    })
    .openapi(change, async (c) => {
      const actor = requireActor(c)
      const { topic, owner } = await findVisibleTopic(deps.db, actor, c.req.valid('param').topic)
      requirePermission(actor, 'run', owner)
      const { ingest, processing, reason, until } = c.req.valid('json')
      const pause = await setTopicPause(deps.db, {
        topic,
        ingest,
        processing,
        reason,
        until: checkEnd(until, deps.now(), pauseDaysMax),
        ifVersion: requiredVersion(c.req.header('If-Match')),
        actor: { kind: actor.kind, id: actor.id, name: actor.name },
        now: deps.now(),
        requestId: c.get('requestId'),
        ...(actor.sessionId === null ? {} : { sessionId: actor.sessionId }),
      })
      await deps.operations.wake({ do: 'apply-pauses' }, 0).catch((error: unknown) => {
        deps.log.error('the worker could not be woken; the ticker will', { topic, error })
      })
      c.header('ETag', versionTag(pause.version))
      return c.json(pause, 200)
    })
