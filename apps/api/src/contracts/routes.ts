import { createRoute } from '@hono/zod-openapi'
import {
  ActivateContract,
  ContractComparison,
  ContractDetail,
  ContractDiffQuery,
  ContractList,
  ContractListQuery,
  ContractText,
  FindingList,
  FindingListQuery,
  ProposeContract,
} from '@lean-ops/common/contract/contracts'
import { OperationView } from '@lean-ops/common/contract/operation-view'
import { allowedOwners } from '@lean-ops/common/contract/permissions'
import { getContract } from '@lean-ops/common/control-plane/contracts/get-contract'
import { proposeContract } from '@lean-ops/common/control-plane/contracts/propose-contract'
import { readVersions } from '@lean-ops/common/control-plane/read-versions'
import { z } from 'zod'
import type { ApiDeps } from '../api-deps.ts'
import { access } from '../http/access.ts'
import { isFresh } from '../http/is-fresh.ts'
import { jsonBody } from '../http/json-body.ts'
import { jsonResponse, refusalResponses } from '../http/json-response.ts'
import { nounRouter } from '../http/noun-router.ts'
import { requireActor } from '../http/require-actor.ts'
import { requirePermission } from '../http/require-permission.ts'
import { requiredVersion, versionTag } from '../http/version-tag.ts'
import { activateVersion } from './activate-version.ts'
import { diffVersions } from './diff-versions.ts'
import { pageOfContracts } from './page-of-contracts.ts'
import { pageOfFindings } from './page-of-findings.ts'
import { viewVersion } from './view-version.ts'

const owned = { tags: ['contracts'] }
const topicParams = z.object({ topic: z.string().min(1).max(48) })
const versionParams = topicParams.extend({
  version: z
    .string()
    .regex(/^(\d+\.\d+\.\d+|[0-9a-f]{8,64})$/, 'a version number, or 8 or more characters of its hash'),
})
const unchanged = { 304: { description: 'Nothing changed since the ETag you sent.' } }

const list = createRoute({
  ...access('topic:read', 'orchestration-and-jobs'),
  ...owned,
  method: 'get',
  path: '/contracts',
  summary: 'Contracts: what the jobs obey, and drafts beside it',
  request: { query: ContractListQuery },
  responses: { 200: jsonResponse(ContractList, 'By topic.'), ...unchanged, ...refusalResponses(400) },
})

const get = createRoute({
  ...access('topic:read', 'orchestration-and-jobs'),
  ...owned,
  method: 'get',
  path: '/contracts/{topic}',
  summary: 'One contract with its versions',
  request: { params: topicParams },
  responses: {
    200: jsonResponse(ContractDetail, 'The contract.'),
    ...unchanged,
    ...refusalResponses(400, 404),
  },
})

const diff = createRoute({
  ...access('topic:read', 'orchestration-and-jobs'),
  ...owned,
  method: 'get',
  path: '/contracts/{topic}/diff',
  summary: 'What a version changes, and whether it breaks anybody',
  request: { params: topicParams, query: ContractDiffQuery },
  responses: {
    200: jsonResponse(ContractComparison, 'The changes with their reasons.'),
    ...refusalResponses(400, 404),
  },
})

const findings = createRoute({
  ...access('topic:read', 'orchestration-and-jobs'),
  ...owned,
  method: 'get',
  path: '/contracts/{topic}/findings',
  summary: 'What the data does that the contract does not say',
  request: { params: topicParams, query: FindingListQuery },
  responses: { 200: jsonResponse(FindingList, 'Last seen first; no values.'), ...refusalResponses(400, 404) },
})

const version = createRoute({
  ...access('topic:read', 'orchestration-and-jobs'),
  ...owned,
  method: 'get',
  path: '/contracts/{topic}/versions/{version}',
  summary: 'One version, whole, with its newest what-if',
  description: 'The ETag is for activating it.',
  request: { params: versionParams },
  responses: { 200: jsonResponse(ContractText, 'The version.'), ...refusalResponses(400, 404) },
})

const propose = createRoute({
  ...access('contract', 'orchestration-and-jobs'),
  ...owned,
  method: 'post',
  path: '/contracts/{topic}/versions',
  summary: 'Store a candidate version',
  description:
    'Linted like a file of git. It takes effect only when it is activated; the same text twice is one version.',
  request: { params: topicParams, body: jsonBody(ProposeContract) },
  responses: {
    201: jsonResponse(ContractText, 'The stored draft.'),
    ...refusalResponses(400, 404, 409, 413, 415, 422),
  },
})

const activate = createRoute({
  ...access('admin', 'orchestration-and-jobs'),
  ...owned,
  method: 'post',
  path: '/contracts/{topic}/versions/{version}/activate',
  summary: 'Make a draft what the jobs obey',
  description:
    'An operation: checks compatibility and the what-if again, alters the tables, reads them back, then activates. 409 with the blockers when something stands in the way. Needs If-Match with the ETag of the version.',
  request: { params: versionParams, body: jsonBody(ActivateContract) },
  responses: {
    202: jsonResponse(OperationView, 'Accepted; a worker takes it up.'),
    ...refusalResponses(400, 404, 409, 412, 413, 415, 422),
  },
})

export const contractRoutes = (deps: ApiDeps) =>
  nounRouter()
    .openapi(list, async (c) => {
      const query = c.req.valid('query')
      const owners = allowedOwners(requireActor(c).grants, 'topic:read')
      const versions = await readVersions(deps.db, ['contracts', 'drift', 'topics'])
      if (isFresh(c, 'contracts', versions.contracts, versions.drift, versions.topics, query, owners))
        return c.body(null, 304)
      return c.json(await pageOfContracts(deps.db, owners, query), 200)
    })
    .openapi(get, async (c) => {
      const { topic } = c.req.valid('param')
      const owners = allowedOwners(requireActor(c).grants, 'topic:read')
      const versions = await readVersions(deps.db, ['contracts', 'drift'])
      if (isFresh(c, 'contract', topic, versions.contracts, versions.drift, owners)) return c.body(null, 304)
      return c.json(await getContract(deps.db, topic, owners), 200)
    })
    .openapi(diff, async (c) => {
      const { topic } = c.req.valid('param')
      const owners = allowedOwners(requireActor(c).grants, 'topic:read')
      const { versions } = await getContract(deps.db, topic, owners)
      return c.json(await diffVersions(deps.db, topic, versions[0]?.sha256 ?? '', c.req.valid('query')), 200)
    })
    .openapi(findings, async (c) => {
      const { topic } = c.req.valid('param')
      await getContract(deps.db, topic, allowedOwners(requireActor(c).grants, 'topic:read'))
      return c.json(await pageOfFindings(deps.db, topic, c.req.valid('query')), 200)
    })
    .openapi(version, async (c) => {
      const { topic, version: name } = c.req.valid('param')
      const text = await viewVersion(deps.db, requireActor(c), topic, name)
      c.header('ETag', versionTag(text.version.rowVersion))
      c.header('Cache-Control', 'no-store')
      return c.json(text, 200)
    })
    .openapi(propose, async (c) => {
      const actor = requireActor(c)
      const { topic } = c.req.valid('param')
      const { contract } = await getContract(deps.db, topic, allowedOwners(actor.grants, 'topic:read'))
      requirePermission(actor, 'contract', contract.owner)
      const sha256 = await proposeContract(deps.db, {
        topic,
        ...c.req.valid('json'),
        actor: { kind: actor.kind, id: actor.id, name: actor.name },
        requestId: c.get('requestId'),
        ...(actor.sessionId === null ? {} : { sessionId: actor.sessionId }),
      })
      const text = await viewVersion(deps.db, actor, topic, sha256)
      c.header('ETag', versionTag(text.version.rowVersion))
      c.header('Location', `/api/contracts/${topic}/versions/${sha256}`)
      return c.json(text, 201)
    })
    .openapi(activate, async (c) => {
      const { topic, version: name } = c.req.valid('param')
      const operation = await activateVersion(deps, requireActor(c), {
        topic,
        name,
        ifVersion: requiredVersion(c.req.header('If-Match')),
        ...c.req.valid('json'),
        requestId: c.get('requestId'),
      })
      c.header('Location', `/api/operations/${operation.id}`)
      return c.json(operation, 202)
    })
