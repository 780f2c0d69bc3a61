import { SavedView, SavedViewList } from '@lean-ops/common/contract/saved-views'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { asActor, change, createTestApp, type TestApp } from '../testing/create-test-app.ts'

const ana = asActor({ id: 'ana', grants: [{ role: 'viewer', owners: '*' }] })
const ben = asActor({ id: 'ben', grants: [{ role: 'operator', owners: '*' }] })
const admin = asActor({ id: 'admin', grants: [{ role: 'admin', owners: '*' }] })

describe('saved views', () => {
  let test: TestApp
  beforeAll(async () => {
    test = await createTestApp()
  })
  afterAll(() => test.database.close())

  const send = (who: Record<string, string>, method: string, path: string, body?: unknown, etag?: string) =>
    test.app.request(`/api${path}`, {
      method,
      headers: { ...change, ...who, ...(etag === undefined ? {} : { 'If-Match': etag }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
  const create = async (who: Record<string, string>, name: string, isShared = false) => {
    const answer = await send(who, 'POST', '/saved-views', {
      page: 'dead-letters',
      name,
      query: { status: ['open'], last: '24h' },
      isShared,
    })
    return { answer, view: SavedView.parse(await answer.json()), etag: answer.headers.get('ETag') ?? '' }
  }
  const namesFor = async (who: Record<string, string>) => {
    const answer = await test.app.request('/api/saved-views?page=dead-letters', { headers: who })
    return SavedViewList.parse(await answer.json()).views.map((v) => [v.name, v.isMine])
  }

  it('are private until shared; two views of one name are a conflict', async () => {
    await create(ana, 'mine only')
    const shared = await create(ana, 'for all', true)

    const twice = await send(ana, 'POST', '/saved-views', {
      page: 'dead-letters',
      name: 'for all',
      query: {},
    })

    expect(shared.answer.status).toBe(201)
    expect(await namesFor(ana)).toEqual([
      ['for all', true],
      ['mine only', true],
    ])
    expect(await namesFor(ben)).toEqual([['for all', false]])
    expect(twice.status).toBe(409)
  })

  it('change under If-Match; who is late gets the present value and who made it', async () => {
    const { view, etag } = await create(ana, 'v', true)
    const path = `/saved-views/${view.id}`

    const first = await send(ana, 'PATCH', path, { name: 'v2' }, etag)
    const late = await send(admin, 'PATCH', path, { name: 'v3' }, etag)
    const blind = await send(ana, 'PATCH', path, { name: 'v3' })
    const foreign = await send(ben, 'PATCH', path, { name: 'v3' }, first.headers.get('ETag') ?? '')
    const body: unknown = await late.json()

    expect([first.status, late.status, blind.status, foreign.status]).toEqual([200, 412, 400, 403])
    expect(body).toMatchObject({
      error: {
        code: 'PRECONDITION_FAILED',
        details: { current: { name: 'v2' }, version: 2, changedBy: 'ana', etag: '"v2"' },
      },
    })
  })

  it('are removed by their maker or an administrator; private ones of others do not exist', async () => {
    const secret = await create(ana, 'secret')
    const open = await create(ana, 'open', true)

    const answers = [
      await send(admin, 'DELETE', `/saved-views/${secret.view.id}`, undefined, secret.etag),
      await send(admin, 'DELETE', `/saved-views/${open.view.id}`, undefined, open.etag),
      await send(ana, 'DELETE', `/saved-views/${secret.view.id}`, undefined, secret.etag),
    ]

    expect(answers.map((a) => a.status)).toEqual([404, 204, 204])
  })

  it('one Idempotency-Key creates one view; the same key with another body is refused; a refusal frees the key', async () => {
    const keyed = (body: unknown, who = ana) =>
      test.app.request('/api/saved-views', {
        method: 'POST',
        headers: { ...change, ...who, 'Idempotency-Key': 'key-of-this-test' },
        body: JSON.stringify(body),
      })
    const body = { page: 'audit', name: 'once', query: {} }

    const invalid = await keyed({ page: 'nowhere' })
    const first = await keyed(body)
    const again = await keyed(body)
    const other = await keyed({ ...body, name: 'twice' })
    const otherPerson = await keyed(body, ben)

    expect([invalid.status, first.status, again.status, other.status, otherPerson.status]).toEqual([
      400, 201, 201, 422, 201,
    ])
    expect(await again.text()).toBe(await first.text())
    expect(again.headers.get('Idempotent-Replay')).toBe('true')
    expect(again.headers.get('ETag')).toBe('"v1"')
  })

  it('a key lives for 24 hours', async () => {
    const keyed = (name: string) =>
      test.app.request('/api/saved-views', {
        method: 'POST',
        headers: { ...change, ...ana, 'Idempotency-Key': 'a-day-old-key' },
        body: JSON.stringify({ page: 'topics', name, query: {} }),
      })
    await keyed('first')
    const before = test.clock.now
    test.clock.now = new Date(before.getTime() + 24 * 3_600_000 - 1_000)
    const within = await keyed('second')
    test.clock.now = new Date(before.getTime() + 24 * 3_600_000 + 1_000)
    const after = await keyed('second')
    test.clock.now = before

    expect([within.status, after.status]).toEqual([422, 201])
  })
})
