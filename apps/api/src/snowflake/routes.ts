import { createRoute } from '@hono/zod-openapi'
import { allowedOwners } from '@lean-ops/common/contract/permissions'
import { SnowflakeList, SnowflakeListQuery } from '@lean-ops/common/contract/snowflake'
import { decodeCursor } from '@lean-ops/common/control-plane/cursor'
import { readVersions } from '@lean-ops/common/control-plane/read-versions'
import { listSnowflakeTables } from '@lean-ops/common/control-plane/snowflake/list-snowflake-tables'
import { z } from 'zod'
import type { ApiDeps } from '../api-deps.ts'
import { access } from '../http/access.ts'
import { cutPage } from '../http/cut-page.ts'
import { isFresh } from '../http/is-fresh.ts'
import { jsonResponse, refusalResponses } from '../http/json-response.ts'
import { nounRouter } from '../http/noun-router.ts'
import { requireActor } from '../http/require-actor.ts'
import { scrubError } from '../http/scrub-error.ts'

const Position = z.object({ topic: z.string().max(48) })

const list = createRoute({
  ...access('topic:read', 'orchestration-and-jobs'),
  tags: ['snowflake'],
  method: 'get',
  path: '/snowflake',
  summary: 'Tables in Snowflake, each with its verdict',
  description: 'What each shows beside what it should show. A table nobody has looked at is unknown.',
  request: { query: SnowflakeListQuery },
  responses: {
    200: jsonResponse(SnowflakeList, 'By topic.'),
    304: { description: 'Nothing changed since the ETag you sent.' },
    ...refusalResponses(400),
  },
})

export const snowflakeRoutes = (deps: ApiDeps) =>
  nounRouter().openapi(list, async (c) => {
    const query = c.req.valid('query')
    const owners = allowedOwners(requireActor(c).grants, 'topic:read')
    const versions = await readVersions(deps.db, ['snowflake', 'topics'])
    if (isFresh(c, 'snowflake', versions.snowflake, versions.topics, query, owners)) return c.body(null, 304)
    const rows = await listSnowflakeTables(deps.db, {
      owners,
      ...(query.verdict === undefined ? {} : { verdict: query.verdict }),
      ...(query.topic === undefined ? {} : { topic: query.topic }),
      ...(query.cursor === undefined ? {} : { after: decodeCursor(Position, query.cursor).topic }),
      limit: query.limit + 1,
    })
    const { page, nextCursor } = cutPage(rows, query.limit, ({ topic }) => ({ topic }))
    return c.json({ tables: page.map(scrubError), nextCursor }, 200)
  })
