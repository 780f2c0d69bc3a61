import { createRoute } from '@hono/zod-openapi'
import { DeadLetterFilter, resolveFilter } from '@lean-ops/common/contract/dead-letter-filter'
import {
  DeadLetterPage,
  ErrorGroupDetail,
  Facets,
  FingerprintParam,
  GroupList,
  Histogram,
} from '@lean-ops/common/contract/dead-letter-query'
import { DeadLetterListQuery, GroupListQuery } from '@lean-ops/common/contract/dead-letter-requests'
import { allowedOwners } from '@lean-ops/common/contract/permissions'
import { getErrorGroup } from '@lean-ops/common/control-plane/dead-letters/get-error-group'
import { getFacets } from '@lean-ops/common/control-plane/dead-letters/get-facets'
import { getHistogram } from '@lean-ops/common/control-plane/dead-letters/get-histogram'
import { listDeadLetters } from '@lean-ops/common/control-plane/dead-letters/list-dead-letters'
import { listErrorGroups } from '@lean-ops/common/control-plane/dead-letters/list-error-groups'
import { requireBoundedSearch } from '@lean-ops/common/control-plane/dead-letters/require-bounded-search'
import { readVersions } from '@lean-ops/common/control-plane/read-versions'
import type { Context } from 'hono'
import { endTime, startTime } from 'hono/timing'
import type { ApiDeps } from '../api-deps.ts'
import type { AppEnv } from '../app-env.ts'
import { access } from '../http/access.ts'
import { isFresh } from '../http/is-fresh.ts'
import { jsonResponse, refusalResponses } from '../http/json-response.ts'
import { nounRouter } from '../http/noun-router.ts'
import { requireActor } from '../http/require-actor.ts'
import { checkPredicates } from './check-predicates.ts'

const base = { ...access('topic:read', 'dead-letters-and-operations'), tags: ['dead letters'] }
const unchanged = { 304: { description: 'Nothing changed since the ETag you sent.' } }
const filterNote =
  'Relative time (`last`) is resolved here and echoed absolute. Filters over hidden values need `payload:unmask`. A search in bodies needs a topic, a group or at most 24 hours (422).'

const list = createRoute({
  ...base,
  method: 'get',
  path: '/dead-letters',
  summary: 'Messages that failed',
  description: `Pages by cursor, stable while rows arrive. ${filterNote}`,
  request: { query: DeadLetterListQuery },
  responses: { 200: jsonResponse(DeadLetterPage, 'A page.'), ...unchanged, ...refusalResponses(400, 422) },
})

const groups = createRoute({
  ...base,
  method: 'get',
  path: '/dead-letters/groups',
  summary: 'What fails for the same reason, with trend and topics',
  description: filterNote,
  request: { query: GroupListQuery },
  responses: { 200: jsonResponse(GroupList, 'Groups.'), ...unchanged, ...refusalResponses(400, 422) },
})

const group = createRoute({
  ...base,
  method: 'get',
  path: '/dead-letters/groups/{fingerprint}',
  summary: 'One group of errors, and what changed before it began',
  description:
    'Deploys, contracts, operations, holds and settings of the six hours before its first failure. Old fingerprints lead to the current group.',
  request: { params: FingerprintParam },
  responses: { 200: jsonResponse(ErrorGroupDetail, 'The group.'), ...refusalResponses(400, 404) },
})

const histogram = createRoute({
  ...base,
  method: 'get',
  path: '/dead-letters/histogram',
  summary: 'Matching messages over time',
  description: filterNote,
  request: { query: DeadLetterFilter },
  responses: {
    200: jsonResponse(Histogram, 'Buckets, empty ones included.'),
    ...unchanged,
    ...refusalResponses(400, 422),
  },
})

const facets = createRoute({
  ...base,
  method: 'get',
  path: '/dead-letters/facets',
  summary: 'Values to filter by next, with counts',
  description: filterNote,
  request: { query: DeadLetterFilter },
  responses: { 200: jsonResponse(Facets, 'Per facet.'), ...unchanged, ...refusalResponses(400, 422) },
})

export const deadLetterListRoutes = (deps: ApiDeps) => {
  /** What all four have in common: scope, allowed predicates, absolute times, and whether the reader has the answer already. */
  const prepare = async (c: Context<AppEnv>, given: DeadLetterFilter, ...rest: readonly unknown[]) => {
    const actor = requireActor(c)
    await checkPredicates(deps.db, actor.grants, given)
    const owners = allowedOwners(actor.grants, 'topic:read')
    const now = deps.now()
    const filter = resolveFilter(given, now)
    requireBoundedSearch(filter, now)
    const { dead_letters: version } = await readVersions(deps.db, ['dead_letters'])
    // A relative window moves by itself: such an answer is good for a minute.
    const minute = given.last === undefined ? null : Math.floor(now.getTime() / 60_000)
    const isKnown = isFresh(c, c.req.path, version, owners, given, minute, ...rest)
    return { owners, now, filter, isKnown }
  }
  const timed = async <T>(c: Context<AppEnv>, query: Promise<T>): Promise<T> => {
    startTime(c, 'db')
    const result = await query
    endTime(c, 'db')
    return result
  }
  return nounRouter()
    .openapi(list, async (c) => {
      const { sort, direction, cursor, limit, ...given } = c.req.valid('query')
      const { owners, filter, isKnown } = await prepare(c, given, sort, direction, cursor, limit)
      if (isKnown) return c.body(null, 304)
      const position = cursor === undefined ? {} : { cursor }
      const request = { filter, owners, sort, direction, limit, ...position }
      return c.json(await timed(c, listDeadLetters(deps.db, request)), 200)
    })
    .openapi(groups, async (c) => {
      const { sort, limit, ...given } = c.req.valid('query')
      const { owners, now, filter, isKnown } = await prepare(c, given, sort, limit)
      if (isKnown) return c.body(null, 304)
      return c.json(await timed(c, listErrorGroups(deps.db, { filter, owners, sort, limit, now })), 200)
    })
    .openapi(group, async (c) => {
      const owners = allowedOwners(requireActor(c).grants, 'topic:read')
      const request = { ...c.req.valid('param'), owners, now: deps.now() }
      return c.json(await timed(c, getErrorGroup(deps.db, request)), 200)
    })
    .openapi(histogram, async (c) => {
      const { owners, now, filter, isKnown } = await prepare(c, c.req.valid('query'))
      if (isKnown) return c.body(null, 304)
      return c.json(await timed(c, getHistogram(deps.db, { filter, owners, now })), 200)
    })
    .openapi(facets, async (c) => {
      const { owners, filter, isKnown } = await prepare(c, c.req.valid('query'))
      if (isKnown) return c.body(null, 304)
      return c.json(await timed(c, getFacets(deps.db, { filter, owners })), 200)
    })
}
