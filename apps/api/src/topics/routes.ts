import { createRoute } from '@hono/zod-openapi'
import { allowedOwners } from '@lean-ops/common/contract/permissions'
import { TopicDetail, TopicList } from '@lean-ops/common/contract/topics'
import { readVersions } from '@lean-ops/common/control-plane/read-versions'
import { endTime, startTime } from 'hono/timing'
import { z } from 'zod'
import type { ApiDeps } from '../api-deps.ts'
import { access } from '../http/access.ts'
import { isFresh } from '../http/is-fresh.ts'
import { jsonResponse, refusalResponses } from '../http/json-response.ts'
import { nounRouter } from '../http/noun-router.ts'
import { rememberAnswers } from '../http/remember-answers.ts'
import { requireActor } from '../http/require-actor.ts'
import { getTopic } from './get-topic.ts'
import { listTopics } from './list-topics.ts'
import { listTrends } from './list-trends.ts'

const list = createRoute({
  ...access('topic:read', 'skeleton'),
  method: 'get',
  path: '/topics',
  tags: ['topics'],
  summary: 'All topics with their newest samples',
  description:
    'Two queries over the control plane whatever the number of topics, no AWS call. 304 while nothing has been sampled since your ETag.',
  responses: {
    200: jsonResponse(TopicList, 'Topics of the owners you may read, by name.'),
    304: { description: 'Nothing changed since the ETag you sent.' },
    ...refusalResponses(),
  },
})

const get = createRoute({
  ...access('topic:read', 'skeleton'),
  method: 'get',
  path: '/topics/{topic}',
  tags: ['topics'],
  summary: 'One topic with its last hour of samples',
  request: { params: z.object({ topic: z.string().min(1).max(48) }) },
  responses: {
    200: jsonResponse(TopicDetail, 'The topic.'),
    304: { description: 'Nothing changed since the ETag you sent.' },
    ...refusalResponses(400, 404),
  },
})

export const topicRoutes = (deps: ApiDeps) => {
  const remember = rememberAnswers<TopicList>()
  return nounRouter()
    .openapi(list, async (c) => {
      const owners = allowedOwners(requireActor(c).grants, 'topic:read')
      const { topics: version } = await readVersions(deps.db, ['topics'])
      if (isFresh(c, 'topics', version, owners)) return c.body(null, 304)
      startTime(c, 'db')
      const list = await remember([version, owners], async () => ({
        topics: await listTopics(deps.db, owners),
        trends: await listTrends(deps.db, owners, deps.now()),
      }))
      endTime(c, 'db')
      return c.json(list, 200)
    })
    .openapi(get, async (c) => {
      const { topic } = c.req.valid('param')
      const { grants } = requireActor(c)
      const { topics: version } = await readVersions(deps.db, ['topics'])
      if (isFresh(c, 'topic', topic, version, allowedOwners(grants, 'topic:read'))) return c.body(null, 304)
      startTime(c, 'db')
      const detail = await getTopic(deps.db, topic, grants, deps.now())
      endTime(c, 'db')
      return c.json(detail, 200)
    })
}
