import { createHash } from 'node:crypto'
import {
  ContractComparison,
  ContractDetail,
  ContractList,
  ContractText,
  FindingList,
} from '@lean-ops/common/contract/contracts'
import { OperationView } from '@lean-ops/common/contract/operation-view'
import type { WhatIf } from '@lean-ops/common/contract/what-if'
import { recordWhatIf } from '@lean-ops/common/control-plane/contracts/record-what-if'
import { syncContracts } from '@lean-ops/common/control-plane/contracts/sync-contracts'
import { parseContract } from '@lean-ops/common/odcs/parse-contract'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { asActor, change, createTestApp, type TestApp } from '../testing/create-test-app.ts'

const viewer = asActor({ id: 'vic', name: 'Vic', grants: [{ role: 'viewer', owners: '*' }] })
const operator = asActor({ id: 'omar', name: 'Omar', grants: [{ role: 'operator', owners: '*' }] })
const admin = asActor({ id: 'ada', name: 'Ada', grants: [{ role: 'admin', owners: '*' }] })
const owner = asActor({ id: 'olga', name: 'Olga', grants: [{ role: 'admin', owners: ['commerce'] }] })
const stranger = asActor({ id: 'sam', name: 'Sam', grants: [{ role: 'admin', owners: ['growth'] }] })

const yaml = (version: string, more = '') => `apiVersion: v3.1.0
kind: DataContract
id: 6f7d3a54-8d0c-4d36-9d0f-0d5c6f0a1b01
name: orders
version: ${version}
status: active
team: { name: commerce }
schema:
  - name: orders
    logicalType: object
    properties:
      - { name: orderId, logicalType: string, required: true, primaryKey: true, criticalDataElement: true }
      - { name: amount, logicalType: number, physicalType: "decimal(12,2)" }
${more}customProperties:
  - { property: keyPath, value: orderId }
`
const note = '      - { name: note, logicalType: string }\n'

describe('contracts', () => {
  let test: TestApp
  beforeAll(async () => {
    test = await createTestApp()
    await test.database.pool.query(
      `INSERT INTO topics (topic, owner, status, queue_name, table_name) VALUES ('orders', 'commerce', 'active', 'q', 'orders'), ('clicks', 'growth', 'draft', 'q2', 'clicks')`,
    )
    const text = yaml('1.0.0')
    const { model } = parseContract('orders.odcs.yaml', text)
    if (!model) throw new Error('the contract of this test is not valid')
    const sha256 = createHash('sha256').update(text).digest('hex')
    await syncContracts(
      test.database.db,
      [{ topic: 'orders', version: '1.0.0', sha256, yaml: text, model }],
      'abc',
    )
    await test.database.pool.query(
      `INSERT INTO drift_findings (topic, kind, path, column_name, count, sample_message_id, detail, first_seen_at, last_seen_at)
       SELECT 'orders', 'ADDED_COLUMN', '/p' || n, 'p' || n, n, 'm' || n, 'saw "ana@example.test"', now(), now() + n * interval '1 min'
       FROM generate_series(1, 3) AS n`,
    )
  })
  afterAll(() => test.database.close())

  const send = async (
    method: string,
    path: string,
    who: Record<string, string>,
    body?: unknown,
    headers = {},
  ) => {
    const answer = await test.app.request(`/api/contracts${path}`, {
      method,
      headers: { ...(method === 'GET' ? {} : change), ...who, ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    return { status: answer.status, body: await answer.json(), etag: answer.headers.get('ETag') ?? '' }
  }

  it('lists topics with what the jobs obey; a topic without a version has a closed gate', async () => {
    const { contracts } = ContractList.parse((await send('GET', '', viewer)).body)

    expect(contracts.map((c) => [c.topic, c.active?.version ?? null, c.isGateOpen, c.findingsOpen])).toEqual([
      ['clicks', null, false, 0],
      ['orders', '1.0.0', true, 3],
    ])
    expect((await send('GET', '/orders', stranger)).status).toBe(404)
  })

  it('findings page by page, without values', async () => {
    const first = FindingList.parse((await send('GET', '/orders/findings?limit=2', viewer)).body)
    const rest = FindingList.parse(
      (await send('GET', `/orders/findings?limit=2&cursor=${first.nextCursor}`, viewer)).body,
    )

    expect([...first.findings, ...rest.findings].map((f) => f.path)).toEqual(['/p3', '/p2', '/p1'])
    expect(JSON.stringify(first)).not.toContain('ana@example')
  })

  it('a proposed version is linted, stored once, compared, and shown whole', async () => {
    const proposal = { yaml: yaml('1.1.0', note), reason: 'a note for the courier' }
    const refused = await send('POST', '/orders/versions', operator, proposal)
    const invalid = await send('POST', '/orders/versions', owner, { yaml: 'name: orders', reason: 'x' })
    const foreign = await send('POST', '/orders/versions', stranger, proposal)
    const stored = await send('POST', '/orders/versions', owner, proposal)
    const twice = await send('POST', '/orders/versions', owner, proposal)

    expect([refused.status, invalid.status, foreign.status, stored.status, twice.status]).toEqual([
      403, 422, 404, 201, 201,
    ])
    const { version } = ContractText.parse(stored.body)
    expect(version).toMatchObject({
      version: '1.1.0',
      state: 'draft',
      source: 'console',
      createdBy: { name: 'Olga' },
    })
    const detail = ContractDetail.parse((await send('GET', '/orders', viewer)).body)
    expect(detail.versions.map((v) => v.version)).toEqual(['1.1.0', '1.0.0'])
    const diff = ContractComparison.parse((await send('GET', '/orders/diff?to=1.1.0', viewer)).body)
    expect(diff).toMatchObject({ before: '1.0.0', after: '1.1.0', isBreaking: false })
    expect(
      ContractText.parse((await send('GET', `/orders/versions/${version.sha256.slice(0, 10)}`, viewer)).body)
        .yaml,
    ).toBe(proposal.yaml)
  })

  it('is activated by an administrator only, as the version that was read, and not before a what-if', async () => {
    const path = '/orders/versions/1.1.0'
    const seen = await send('GET', path, admin)
    const { version } = ContractText.parse(seen.body)
    const reason = { reason: 'agreed with the couriers' }
    const notAllowed = await send('POST', `${path}/activate`, owner, reason, { 'If-Match': seen.etag })
    const blind = await send('POST', `${path}/activate`, admin, reason)
    const stale = await send('POST', `${path}/activate`, admin, reason, { 'If-Match': '"v99"' })
    const early = await send('POST', `${path}/activate`, admin, reason, { 'If-Match': seen.etag })
    await recordWhatIf(test.database.db, {
      topic: 'orders',
      sha256: version.sha256,
      againstSha256:
        ContractDetail.parse((await send('GET', '/orders', admin)).body).contract.active?.sha256 ?? null,
      operationId: crypto.randomUUID(),
      result: whatIf,
    })

    const accepted = await send('POST', `${path}/activate`, admin, reason, { 'If-Match': seen.etag })

    expect([notAllowed.status, blind.status, stale.status, early.status, accepted.status]).toEqual([
      403, 400, 412, 409, 202,
    ])
    expect(early.body).toMatchObject({
      error: { details: { reason: 'PLAN_BLOCKED', blockers: [{ code: 'what_if_missing' }] } },
    })
    const operation = OperationView.parse(accepted.body)
    expect(operation).toMatchObject({ kind: 'activate-contract', topics: ['orders'], counts: { total: 1 } })
    expect(test.woken.at(-1)).toEqual({ do: 'run', operationId: operation.id })
  })

  it('the samples of a what-if show values only to who may read payloads', async () => {
    const path = '/orders/versions/1.1.0'

    const seen = ContractText.parse((await send('GET', path, viewer)).body)
    const read = ContractText.parse((await send('GET', path, operator)).body)

    expect(seen.whatIf?.samples.changesValue[0]?.fields).toEqual([
      { column: 'amount', before: '•••', after: '•••' },
    ])
    expect(read.whatIf?.samples.changesValue[0]?.fields).toEqual([
      { column: 'amount', before: '1.50', after: '1.500' },
    ])
  })
})

const whatIf: WhatIf = {
  topic: 'orders',
  currentVersion: '1.0.0',
  candidateVersion: '1.1.0',
  days: { from: '2026-11-20', to: '2026-11-23' },
  isComplete: true,
  rows: {
    read: 1,
    unchanged: 0,
    heals: 0,
    newlyFails: 0,
    changesValue: 1,
    stillFails: 0,
    enters: 0,
    unreadable: 0,
  },
  rejects: { open: 0, found: 0, heals: 0, stillFails: 0 },
  newlyFailing: [],
  healing: [],
  changing: [{ column: 'amount', count: 1 }],
  samples: {
    heals: [],
    newlyFails: [],
    changesValue: [
      { messageId: 'm', ingestedAt: null, fields: [{ column: 'amount', before: '1.50', after: '1.500' }] },
    ],
  },
}
