import { Pulse } from '@lean-ops/common/contract/pulse'
import { topicVerdict } from '@lean-ops/common/contract/topic-verdict'
import { TopicDetail, TopicList } from '@lean-ops/common/contract/topics'
import { bumpVersion } from '@lean-ops/common/control-plane/bump-version'
import { topicSamples } from '@lean-ops/common/control-plane/schema/topic-samples'
import { topicStatus } from '@lean-ops/common/control-plane/schema/topic-status'
import { topics } from '@lean-ops/common/control-plane/schema/topics'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { as, change, createTestApp, type TestApp } from '../testing/create-test-app.ts'

const viewer = as({ role: 'viewer', owners: '*' })

describe('topics', () => {
  let test: TestApp
  beforeAll(async () => {
    test = await createTestApp()
    await test.database.db.insert(topics).values([
      {
        topic: 'orders',
        owner: 'commerce',
        status: 'active',
        queueName: 'q-orders',
        tableName: 'orders',
        stream: 0,
      },
      {
        topic: 'events',
        owner: 'growth',
        status: 'draft',
        queueName: 'q-events',
        tableName: 'events',
        stream: 1,
      },
      {
        topic: 'gone',
        owner: 'growth',
        status: 'draft',
        queueName: 'q',
        tableName: 't',
        removedAt: new Date(0),
      },
    ])
    await test.database.db.insert(topicStatus).values({
      topic: 'orders',
      queueVisible: 12,
      queueInFlight: 3,
      queueDelayed: 0,
      queueOldestAgeSeconds: 480,
      queueCollectedAt: new Date('2026-11-23T11:59:12.000Z'),
      mappingState: 'Disabled',
      mappingCollectedAt: new Date('2026-11-23T11:59:10.000Z'),
      rawSnapshotId: 9_007_199_254_740_993n,
      rawRows: 1_192_882,
      rawCommittedAt: new Date('2026-11-23T11:58:00.000Z'),
      rawCollectedAt: new Date('2026-11-23T11:58:30.000Z'),
      rawError: { code: 'ThrottlingException', message: 'Glue throttled', at: '2026-11-23T11:59:30.000Z' },
    })
    await test.database.db.insert(topicSamples).values([
      { topic: 'orders', minute: new Date('2026-11-23T10:30:00Z'), queueVisible: 1 },
      { topic: 'orders', minute: new Date('2026-11-23T11:58:00Z'), queueVisible: 7, rawRows: 10 },
      { topic: 'orders', minute: new Date('2026-11-23T11:59:00Z'), queueVisible: 12 },
    ])
  })
  afterAll(() => test.database.close())

  it('lists deployed topics by name, each source with its own age and error; unknown is null', async () => {
    const answer = await test.app.request('/api/topics', { headers: viewer })

    const { topics: rows, trends } = TopicList.parse(await answer.json())
    expect(answer.status).toBe(200)
    expect(rows.map((row) => row.topic)).toEqual(['events', 'orders'])
    expect(rows[0]?.queue).toEqual({
      collectedAt: null,
      error: null,
      visible: null,
      inFlight: null,
      delayed: null,
      oldestSeconds: null,
      oldestCollectedAt: null,
      oldestError: null,
    })
    expect(rows[1]).toMatchObject({
      lastArrivalAt: '2026-11-23T11:58:00.000Z',
      queue: { visible: 12, oldestSeconds: 480, collectedAt: '2026-11-23T11:59:12.000Z', error: null },
      mapping: { state: 'Disabled', collectedAt: '2026-11-23T11:59:10.000Z' },
      raw: {
        snapshotId: '9007199254740993',
        rows: 1_192_882,
        collectedAt: '2026-11-23T11:58:30.000Z',
        error: { code: 'ThrottlingException' },
      },
      deadLetters: { open: null, collectedAt: null },
    })
    expect(trends).toEqual({ orders: [...new Array(10).fill(null), 12, null] })
    expect(answer.headers.get('Server-Timing')).toContain('db;dur=')
    expect(answer.headers.get('Lean-Ops-Api-Version')).toBe('1')
    expect(test.logged).toEqual([])
  })

  it('answers 304 until a sample is taken, and per reader', async () => {
    const first = await test.app.request('/api/topics', { headers: viewer })
    const etag = first.headers.get('ETag') ?? ''

    const again = await test.app.request('/api/topics', { headers: { ...viewer, 'If-None-Match': etag } })
    const other = await test.app.request('/api/topics', {
      headers: { ...as({ role: 'viewer', owners: ['growth'] }), 'If-None-Match': etag },
    })
    await bumpVersion(test.database.db, 'topics')
    const changed = await test.app.request('/api/topics', { headers: { ...viewer, 'If-None-Match': etag } })

    expect([again.status, other.status, changed.status]).toEqual([304, 200, 200])
    expect(await again.text()).toBe('')
    expect(again.headers.get('ETag')).toBe(etag)
  })

  it('shows a topic with its last hour', async () => {
    const answer = await test.app.request('/api/topics/orders', { headers: viewer })

    const detail = TopicDetail.parse(await answer.json())
    expect(detail.samples.map((s) => [s.at, s.visible, s.rawRows])).toEqual([
      ['2026-11-23T11:58:00.000Z', 7, 10],
      ['2026-11-23T11:59:00.000Z', 12, null],
    ])
    expect(detail.names).toEqual({ queue: 'q-orders', table: 'orders', stream: 0 })
  })

  it("does not show another owner's topics, not even that they exist", async () => {
    const growth = as({ role: 'viewer', owners: ['growth'] })

    const list = await test.app.request('/api/topics', { headers: growth })
    const hidden = await test.app.request('/api/topics/orders', { headers: growth })
    const missing = await test.app.request('/api/topics/nothing', { headers: growth })

    expect(TopicList.parse(await list.json()).topics.map((t) => t.topic)).toEqual(['events'])
    expect([hidden.status, missing.status]).toEqual([404, 404])
  })

  it('pauses and resumes, for whom the topic is; the version, the reason and the audit go with it', async () => {
    const commerce = as({ role: 'operator', owners: ['commerce'] })
    const send = (path: string, ifMatch: string, body: unknown, headers = commerce) =>
      test.app.request(`/api/topics/${path}/pause`, {
        method: 'PUT',
        headers: { ...change, ...headers, 'If-Match': ifMatch },
        body: JSON.stringify(body),
      })
    const seen = await test.app.request('/api/topics/orders/pause', { headers: commerce })
    const wanted = { ingest: true, processing: false, reason: 'schema is wrong' }

    const paused = await send('orders', seen.headers.get('ETag') ?? '', wanted)
    const late = await send('orders', '"v0"', wanted)
    const foreign = await send('events', '"v0"', wanted)
    const endless = await send('orders', '"v1"', { ...wanted, until: '2026-12-23T12:00:00.000Z' })
    const [pulse, elsewhere] = await Promise.all(
      [commerce, as({ role: 'viewer', owners: ['growth'] })].map(async (headers) =>
        Pulse.parse(await (await test.app.request('/api/pulse', { headers })).json()),
      ),
    )
    const row = TopicDetail.parse(
      await (await test.app.request('/api/topics/orders', { headers: viewer })).json(),
    ).topic
    const resumed = await send('orders', '"v1"', { ...wanted, ingest: false, reason: 'mended' })

    expect([paused.status, late.status, foreign.status, endless.status, resumed.status]).toEqual([
      200, 412, 404, 422, 200,
    ])
    expect(await paused.json()).toEqual({
      ...wanted,
      by: 'Ana',
      at: '2026-11-23T12:00:00.000Z',
      until: null,
      version: 1,
    })
    expect(await late.json()).toMatchObject({
      error: { details: { changedBy: 'Ana', current: { ingest: true, reason: 'schema is wrong' } } },
    })
    expect(pulse?.pauses).toMatchObject([{ topic: 'orders', by: 'Ana', ingest: true, version: 1 }])
    expect([pulse?.pausesTotal, elsewhere?.pausesTotal]).toEqual([1, 0])
    const verdict = topicVerdict(row, test.clock.now.getTime())
    expect([verdict.state, verdict.reasons[0]?.sentence]).toEqual([
      'paused',
      'Ana paused its ingest: schema is wrong',
    ])
    expect(verdict.reasons.map((r) => r.code)).not.toContain('queue_unread')
    expect(test.woken).toEqual([{ do: 'apply-pauses' }, { do: 'apply-pauses' }])
    const { rows } = await test.database.pool.query(
      `SELECT action, reason FROM audit_log WHERE target_id = 'orders' AND outcome = 'done' ORDER BY seq`,
    )
    expect(rows).toEqual([
      { action: 'topic.pause', reason: 'schema is wrong' },
      { action: 'topic.resume', reason: 'mended' },
    ])
  })
})
