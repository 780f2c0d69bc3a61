import { OperationItemList, OperationList } from '@lean-ops/common/contract/operation-requests'
import { OperationView } from '@lean-ops/common/contract/operation-view'
import { Plan } from '@lean-ops/common/contract/plan'
import { seedDeadLetters } from '@lean-ops/common/control-plane/testing/seed-dead-letters'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { asActor, change, createTestApp, type TestApp } from '../testing/create-test-app.ts'

const operator = asActor({ id: 'ana', name: 'Ana', grants: [{ role: 'operator', owners: '*' }] })
const ben = asActor({ id: 'ben', name: 'Ben', grants: [{ role: 'operator', owners: '*' }] })
const viewer = asActor({ id: 'vic', name: 'Vic', grants: [{ role: 'viewer', owners: '*' }] })
const growth = asActor({ id: 'gus', name: 'Gus', grants: [{ role: 'operator', owners: ['growth'] }] })
const admin = asActor({ id: 'ada', name: 'Ada', grants: [{ role: 'admin', owners: '*' }] })

describe('plans and operations', () => {
  let test: TestApp
  beforeAll(async () => {
    test = await createTestApp()
    await test.database.pool.query(
      `INSERT INTO topics (topic, owner, status, queue_name, table_name) VALUES ('orders', 'commerce', 'active', 'q', 't'), ('clicks', 'growth', 'active', 'q2', 't2')`,
    )
    const letter = (topic: string, owner: string) => ({
      topic,
      owner,
      body: '{}',
      originArn: `arn:aws:sqs:us-east-1:0:${topic}`,
    })
    await seedDeadLetters(test.database.pool, [
      ...Array.from({ length: 6 }, () => letter('orders', 'commerce')),
      letter('clicks', 'growth'),
    ])
  })
  afterAll(() => test.database.close())

  const send = (
    method: string,
    path: string,
    who: Record<string, string>,
    body?: unknown,
    headers: Record<string, string> = {},
  ) =>
    test.app.request(`/api${path}`, {
      method,
      headers: { ...change, ...who, ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
  const plan = async (who = operator, topic = 'orders', kind = 'replay') => {
    const answer = await send('POST', '/plans', who, {
      parameters: { kind },
      selection: { by: 'filter', filter: { topic: [topic] } },
    })
    return { status: answer.status, body: await answer.json() }
  }

  it('plans, confirms once, shows it, and lets two people meet on it', async () => {
    const shown = Plan.parse((await plan()).body)
    expect(test.woken.at(-1)).toEqual({ do: 'check-plan', planId: shown.id })

    const confirmed = await send('POST', '/operations', operator, { planId: shown.id, reason: 'fixed' })
    const twice = await send('POST', '/operations', operator, { planId: shown.id, reason: 'fixed' })
    const operation = OperationView.parse(await confirmed.json())

    expect([confirmed.status, twice.status]).toEqual([202, 202])
    expect(OperationView.parse(await twice.json()).id).toBe(operation.id)
    expect(operation).toMatchObject({
      title: 'Replay 6 messages to orders',
      state: 'queued',
      counts: { total: 6, pending: 6 },
    })
    expect(test.woken.at(-1)).toEqual({ do: 'run', operationId: operation.id })

    const path = `/operations/${operation.id}`
    const etag = confirmed.headers.get('ETag') ?? ''
    const paused = await send('PATCH', path, operator, { action: 'pause' }, { 'If-Match': etag })
    const late = await send('PATCH', path, ben, { action: 'cancel' }, { 'If-Match': etag })
    expect([paused.status, late.status]).toEqual([200, 412])
    expect(await late.json()).toMatchObject({
      error: { details: { changedBy: 'Ana', current: { state: 'paused' } } },
    })

    const items = OperationItemList.parse(await (await send('GET', `${path}/items?limit=4`, viewer)).json())
    expect(items.items).toHaveLength(4)
    const rest = await send('GET', `${path}/items?limit=4&cursor=${items.nextCursor}`, viewer)
    expect(OperationItemList.parse(await rest.json())).toMatchObject({ nextCursor: null, items: [{}, {}] })
    const list = OperationList.parse(await (await send('GET', '/operations?live=true', viewer)).json())
    expect(list.operations.map((o) => o.id)).toEqual([operation.id])
    expect(test.logged).toEqual([])
  })

  it("keeps viewers from acting and shows another owner's operation to nobody", async () => {
    expect((await plan(viewer)).body).toMatchObject({
      error: { code: 'FORBIDDEN', details: { permission: 'replay' } },
    })
    const { operations } = OperationList.parse(await (await send('GET', '/operations', viewer)).json())
    const path = `/operations/${operations[0]?.id}`

    const hidden = await send('GET', path, growth)
    const refused = await send('PATCH', path, viewer, { action: 'resume' }, { 'If-Match': '"v2"' })

    expect([hidden.status, refused.status]).toEqual([404, 403])
    expect(OperationList.parse(await (await send('GET', '/operations', growth)).json()).operations).toEqual(
      [],
    )
    const theirs = Plan.parse((await plan(growth, 'orders')).body)
    expect(theirs).toMatchObject({
      count: 0,
      preview: { blockers: [{ code: 'nothing_selected', blocking: true }] },
    })
  })

  it('takes up the failures of an earlier operation as its child, if the person may see that one', async () => {
    const { operations } = OperationList.parse(await (await send('GET', '/operations', admin)).json())
    const parentId = operations[0]?.id
    const shown = Plan.parse((await plan(admin, 'clicks')).body)
    const confirm = { planId: shown.id, reason: 'the rest', parentId }

    const unknown = await send('POST', '/operations', admin, { ...confirm, parentId: crypto.randomUUID() })
    const child = await send('POST', '/operations', admin, confirm)

    expect([unknown.status, child.status]).toEqual([404, 202])
    expect(OperationView.parse(await child.json())).toMatchObject({ parentId, counts: { total: 1 } })
  })

  it('says what is wrong with a request', async () => {
    const noReason = await send('POST', '/operations', operator, { planId: crypto.randomUUID(), reason: ' ' })
    const unknown = await send('POST', '/operations', operator, { planId: crypto.randomUUID(), reason: 'x' })
    const everything = await send('POST', '/plans', operator, {
      parameters: { kind: 'discard' },
      selection: { by: 'filter', filter: {} },
    })
    const blind = await send('PATCH', `/operations/${crypto.randomUUID()}`, operator, { action: 'pause' })

    expect([noReason.status, unknown.status, everything.status, blind.status]).toEqual([400, 404, 422, 400])
    expect(await noReason.json()).toMatchObject({
      error: { code: 'INVALID_INPUT', details: { faults: [{ path: 'reason' }] } },
    })
  })

  it('holds everything, for administrators only, and not for ever by accident', async () => {
    const { etag } = await readHold()
    const body = { isHeld: true, reason: 'incident 42' }
    const refused = await send('PUT', '/hold', operator, body, { 'If-Match': etag })
    const tooLong = await send(
      'PUT',
      '/hold',
      admin,
      { ...body, until: '2027-11-23T12:00:00.000Z' },
      { 'If-Match': etag },
    )
    const held = await send('PUT', '/hold', admin, body, { 'If-Match': etag })
    const stale = await send('PUT', '/hold', admin, { ...body, isHeld: false }, { 'If-Match': etag })

    expect([refused.status, tooLong.status, held.status, stale.status]).toEqual([403, 422, 200, 412])
    expect((await readHold()).body).toMatchObject({ isHeld: true, heldBy: 'Ada', reason: 'incident 42' })
  })

  async function readHold() {
    const answer = await send('GET', '/hold', viewer)
    return { etag: answer.headers.get('ETag') ?? '', body: await answer.json() }
  }
})
