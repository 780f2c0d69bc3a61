import { AuditPage } from '@lean-ops/common/contract/audit'
import {
  DeadLetterPage,
  ErrorGroupDetail,
  Facets,
  GroupList,
  Histogram,
} from '@lean-ops/common/contract/dead-letter-query'
import {
  DeadLetterBodyView,
  DeadLetterHistory,
  DeadLetterView,
  UnmaskGrant,
} from '@lean-ops/common/contract/dead-letter-requests'
import { recordDeploy } from '@lean-ops/common/control-plane/changes/record-deploy'
import { recordDeadLetters } from '@lean-ops/common/control-plane/dead-letters/record-dead-letters'
import { topics } from '@lean-ops/common/control-plane/schema/topics'
import { failureReport } from '@lean-ops/common/control-plane/testing/failure-arbitrary'
import { encodeArchive } from '@lean-ops/common/messages/archived-dead-letter'
import { deadLetterId } from '@lean-ops/common/messages/dead-letter-id'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { asActor, change, createTestApp, type TestApp } from '../testing/create-test-app.ts'

const viewer = asActor({ id: 'vera', grants: [{ role: 'viewer', owners: '*' }] })
const operator = asActor({ id: 'omar', grants: [{ role: 'operator', owners: '*' }] })
const admin = asActor({ id: 'ada', grants: [{ role: 'admin', owners: '*' }] })
const growth = asActor({ id: 'gus', grants: [{ role: 'admin', owners: ['growth'] }] })

const body = '{"orderId":"1027","amount":1234.500,"email":"ana@example.test"}'
const ordersId = deadLetterId('orders', 'o-1')

describe('dead letters', () => {
  let test: TestApp
  beforeAll(async () => {
    test = await createTestApp()
    test.clock.now = new Date('2026-11-23T01:00:00Z')
    await test.database.db.insert(topics).values([
      {
        topic: 'orders',
        owner: 'commerce',
        status: 'active',
        queueName: 'q',
        tableName: 'orders',
        clearPaths: [['orderId'], ['amount']],
      },
      { topic: 'clicks', owner: 'growth', status: 'draft', queueName: 'q2', tableName: 'clicks' },
    ])
    const large = `{"orderId":"9","text":"${'x'.repeat(80_000)}"}`
    const { content, ranges } = encodeArchive([
      {
        v: 1,
        topic: 'orders',
        messageId: 'large',
        source: 's',
        archivedAt: '2026-11-23T00:00:00Z',
        attributes: {},
        lineage: null,
        system: {},
        body: large,
      },
    ])
    test.archive.set('batch.ndjson', content)
    await recordDeadLetters(test.database.db, [
      failureReport({
        messageId: 'o-1',
        body: Buffer.from(body),
        idempotencyKey: 'ana@example.test',
        attributes: { who: { type: 'String', value: 'ana' }, event_type: { type: 'String', value: 'paid' } },
      }),
      failureReport({
        messageId: 'large',
        code: 'TOO_LARGE',
        body: Buffer.from(large),
        archive: { bucket: 'archive', key: 'batch.ndjson', offset: 0, length: ranges[0]?.length ?? 0 },
      }),
      failureReport({ topic: 'clicks', messageId: 'c-1', body: Buffer.from('{"user":"ana"}') }),
    ])
  })
  afterAll(() => test.database.close())

  const get = (path: string, who = operator, headers: Record<string, string> = {}) =>
    test.app.request(`/api/dead-letters${path}`, { headers: { ...who, ...headers } })
  const unmask = (id: string, who = admin, reason = 'the customer called about this order') =>
    test.app.request(`/api/dead-letters/${id}/unmask`, {
      method: 'POST',
      headers: { ...change, ...who },
      body: JSON.stringify({ reason }),
    })
  const bodyOf = async (id: string, who = operator, query = '') =>
    DeadLetterBodyView.parse(await (await get(`/${id}/body${query}`, who)).json())

  it('lists, groups, counts over time and by value, within the reader’s owners', async () => {
    const page = DeadLetterPage.parse(await (await get('?topic=orders&limit=1')).json())
    const next = DeadLetterPage.parse(
      await (await get(`?topic=orders&limit=1&cursor=${page.nextCursor}`)).json(),
    )
    const groups = GroupList.parse(await (await get('/groups?last=24h')).json())
    const histogram = Histogram.parse(await (await get('/histogram?last=24h')).json())
    const facets = Facets.parse(await (await get('/facets', growth)).json())

    expect(new Set([...page.items, ...next.items].map((row) => row.messageId))).toEqual(
      new Set(['o-1', 'large']),
    )
    expect([page.total, next.nextCursor]).toEqual([{ value: 2, isExact: true }, null])
    expect(groups.groups.map((g) => [g.code, g.count]).sort()).toEqual([
      ['MALFORMED_JSON', 2],
      ['TOO_LARGE', 1],
    ])
    expect(histogram.buckets.reduce((sum, b) => sum + b.count, 0)).toBe(3)
    expect(facets.topic).toEqual([{ value: 'clicks', count: 1 }])
  })

  it('says what changed before a group began, of the topics it touches', async () => {
    const { groups } = GroupList.parse(await (await get('/groups?topic=orders&code=MALFORMED_JSON')).json())
    const found = groups[0]
    const began = new Date(found?.firstSeenAt ?? 0).getTime()
    const minutesBefore = (n: number) => new Date(began - n * 60_000).toISOString()
    await recordDeploy(test.database.db, { gitCommit: 'abcdef0123456789', details: {} })
    await test.database.pool.query('UPDATE deploys SET at = $1', [minutesBefore(4)])
    const contract = (topic: string, minutes: number) =>
      test.database.pool.query(
        `INSERT INTO contract_versions (topic, sha256, version, model, yaml, state, source, activated_at)
         VALUES ($1, $2, '2.0.0', '{}', '', 'active', 'git', $3)`,
        [topic, (topic === 'orders' ? 'a' : 'b').repeat(64), minutesBefore(minutes)],
      )
    await contract('orders', 30)
    await contract('clicks', 20)

    const ofOrders = ErrorGroupDetail.parse(await (await get(`/groups/${found?.fingerprint}`)).json())
    const ofGrowth = ErrorGroupDetail.parse(await (await get(`/groups/${found?.fingerprint}`, growth)).json())
    const unknown = await get('/groups/v1:0000000000000000')

    expect(ofOrders.count).toBe(2)
    expect(ofOrders.changes.map((c) => [c.kind, c.title, c.topics])).toEqual([
      ['deploy', 'deploy of abcdef012345', null],
      ['contract', 'contract 2.0.0 of clicks became active', ['clicks']],
      ['contract', 'contract 2.0.0 of orders became active', ['orders']],
    ])
    expect(ofGrowth.changes.map((c) => c.topics)).toEqual([null, ['clicks']])
    expect(unknown.status).toBe(404)
  })

  it('echoes a relative window absolute, and answers 304 until something changes', async () => {
    const first = await get('?last=1h')
    const page = DeadLetterPage.parse(await first.json())
    const etag = first.headers.get('ETag') ?? ''

    const again = await get('?last=1h', operator, { 'If-None-Match': etag })
    const otherFilter = await get('?last=2h', operator, { 'If-None-Match': etag })
    test.clock.now = new Date('2026-11-23T01:01:00Z')
    const aMinuteLater = await get('?last=1h', operator, { 'If-None-Match': etag })

    expect(page.filter).toEqual({ failedFrom: '2026-11-23T00:00:00.000Z' })
    expect([again.status, otherFilter.status, aMinuteLater.status]).toEqual([304, 200, 200])
  })

  it('refuses what it does not understand, and a cursor of another order', async () => {
    const { nextCursor } = DeadLetterPage.parse(await (await get('?limit=1')).json())

    const answers = await Promise.all(
      ['?nonsense=1', '?last=1y', '?path=$.a', '?limit=0', `?sort=sizeBytes&cursor=${nextCursor}`].map((q) =>
        get(q),
      ),
    )

    expect(answers.map((a) => a.status)).toEqual([400, 400, 400, 400, 400])
  })

  it('another owner’s message does not exist', async () => {
    const paths = ['', '/body', '/body/raw', '/history'].map((path) => get(`/${ordersId}${path}`, growth))

    const answers = [...(await Promise.all(paths)), await unmask(ordersId, growth)]

    expect(answers.map((a) => a.status)).toEqual([404, 404, 404, 404, 404])
  })

  it('shows each reader what they may see of a body', async () => {
    const shape = await bodyOf(ordersId, viewer)
    const fields = await bodyOf(ordersId, operator)
    const noContract = await bodyOf(deadLetterId('clicks', 'c-1'), operator)

    expect([shape.text, shape.shows]).toEqual(['{"orderId":"•••","amount":"•••","email":"•••"}', 'shape'])
    expect([fields.text, fields.shows]).toEqual([
      '{"orderId":"1027","amount":1234.500,"email":"•••"}',
      'fields',
    ])
    expect([noContract.text, noContract.shows]).toEqual(['{"user":"•••"}', 'shape'])
    expect(fields.masking).toEqual({ isMasked: true, unmaskedUntil: null, mayUnmask: false })
  })

  it('masks attributes and the business key; keys, codes and remedy-relevant facts stay', async () => {
    const seen = DeadLetterView.parse(await (await get(`/${ordersId}`, viewer)).json())

    expect(seen.attributes).toEqual({
      who: { type: 'String', value: '•••' },
      event_type: { type: 'String', value: 'paid' },
    })
    expect(seen.idempotencyKey).toBe('•••')
    expect(seen).toMatchObject({ code: 'MALFORMED_JSON', messageId: 'o-1', bodyKind: 'json' })
  })

  it('an unmask shows one message to one person for 15 minutes, and the audit says why', async () => {
    const id = deadLetterId('orders', 'o-1')
    const before = await bodyOf(id, admin)
    const refused = [await unmask(id, operator), await unmask(id, admin, 'why')]
    const granted = await unmask(id)
    const { expiresAt } = UnmaskGrant.parse(await granted.json())

    const clear = await bodyOf(id, admin)
    const detail = DeadLetterView.parse(await (await get(`/${id}`, admin)).json())
    const other = await bodyOf(deadLetterId('clicks', 'c-1'), admin)
    const cacheControl = (await get(`/${id}/body`, admin)).headers.get('Cache-Control')
    test.clock.now = new Date(Date.parse(expiresAt) + 1)
    const after = await bodyOf(id, admin)
    const audit = AuditPage.parse(
      await (await test.app.request('/api/audit?action=payload', { headers: admin })).json(),
    )

    expect(before.masking).toEqual({ isMasked: true, unmaskedUntil: null, mayUnmask: true })
    expect(refused.map((r) => r.status)).toEqual([403, 400])
    expect([granted.status, cacheControl]).toEqual([201, 'no-store'])
    expect([clear.text, clear.shows, clear.masking.unmaskedUntil]).toEqual([body, 'clear', expiresAt])
    expect([detail.idempotencyKey, detail.attributes.who?.value]).toEqual(['ana@example.test', 'ana'])
    expect([other.shows, after.shows]).toEqual(['shape', 'fields'])
    expect(audit.rows).toMatchObject([
      {
        action: 'payload.unmask',
        actor: { id: 'ada' },
        target: { kind: 'dead-letter', id },
        reason: 'the customer called about this order',
      },
    ])
  })

  it('exact bytes, whole or in ranges, only while unmasked; each download is audited', async () => {
    const id = deadLetterId('orders', 'large')
    const masked = await get(`/${id}/body/raw`, admin)
    await unmask(id)

    const whole = await get(`/${id}/body/raw`, admin)
    const part = await get(`/${id}/body/raw`, admin, { Range: 'bytes=1-9' })
    const beyond = await get(`/${id}/body/raw`, admin, { Range: 'bytes=900000-' })
    const cut = await bodyOf(id, admin, '?charactersMax=10')

    expect([masked.status, whole.status, part.status, beyond.status]).toEqual([403, 200, 206, 400])
    expect((await whole.text()).length).toBe(80_025)
    expect([await part.text(), part.headers.get('Content-Range')]).toEqual(['"orderId"', 'bytes 1-9/80025'])
    expect(whole.headers.get('Content-Disposition')).toMatch(/^attachment/)
    expect([cut.text, cut.isCut, cut.sizeBytes]).toEqual(['{"orderId"', true, 80_025])
    const { rows } = await test.database.owner.query(
      "SELECT count(*)::int AS n FROM audit_log WHERE action = 'payload.download'",
    )
    expect(rows).toEqual([{ n: 2 }])
  })

  it('stops a person who unmasks more in an hour than administrators allow', async () => {
    const eve = asActor({ id: 'eve', grants: [{ role: 'admin', owners: '*' }] })
    await test.database.owner.query(`INSERT INTO settings (key, value) VALUES ('unmaskPerHourMax', '2')`)

    const answers = await Promise.all(Array.from({ length: 4 }, () => unmask(ordersId, eve)))

    expect(answers.map((a) => a.status).sort()).toEqual([201, 201, 429, 429])
    await test.database.owner.query('DELETE FROM settings')
  })

  it('a count does not tell what the mask hides', async () => {
    const probes = [
      ['/', '?text=ana', operator, 403],
      ['/', '?topic=orders&text=ana', operator, 403],
      ['/', '?topic=orders&path=$.email&pathValue=x', operator, 403],
      ['/', '?topic=orders&path=$.orderId&pathValue=1027', operator, 200],
      ['/', '?topic=orders&path=$.orderId&pathValue=1027', viewer, 403],
      ['/', '?path=$.orderId&pathValue=1027', operator, 403],
      ['/', '?topic=orders&topic=clicks&path=$.orderId&pathValue=1', operator, 403],
      ['/', '?topic=nowhere&path=$.orderId&pathValue=1', operator, 403],
      ['/', '?attribute=who&attributeValue=ana', operator, 403],
      ['/', '?attribute=who', operator, 200],
      ['/', '?attribute=event_type&attributeValue=paid', operator, 200],
      ['/', '?topic=orders&path=$.email&pathValue=ana@example.test', admin, 200],
      // Who may see everything is still not let loose on every body.
      ['/', '?text=ana', admin, 422],
      ['/', '?text=ana&last=24h', admin, 200],
      ['/facets', '?path=$.orderId&pathValue=1027&last=2d', admin, 422],
      ['/groups', '?topic=orders&text=ana', operator, 403],
      ['/histogram', '?topic=orders&text=ana', operator, 403],
      ['/facets', '?topic=orders&text=ana', operator, 403],
      ['/facets', '?topic=orders&text=ana', growth, 403],
    ] as const

    const wrong: string[] = []
    for (const [path, query, who, status] of probes) {
      const answer = await get(`${path === '/' ? '' : path}${query}`, who)
      if (answer.status !== status) wrong.push(`${path}${query} → ${answer.status}, expected ${status}`)
    }

    expect(wrong).toEqual([])
  })

  it('tells the history of a message', async () => {
    const { events } = DeadLetterHistory.parse(await (await get(`/${ordersId}/history`)).json())

    expect(events).toMatchObject([{ what: 'failed', code: 'MALFORMED_JSON', stage: 'ingest' }])
  })
})
