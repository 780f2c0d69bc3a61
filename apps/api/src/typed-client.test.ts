import { hc } from 'hono/client'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { AppType } from './create-app.ts'
import { as, createTestApp, type TestApp } from './testing/create-test-app.ts'

let test: TestApp
beforeAll(async () => {
  test = await createTestApp()
})
afterAll(() => test.database.close())

it('the typed client knows paths, parameters and answers', async () => {
  const fetch = async (input: string | URL | Request, init?: RequestInit) =>
    test.app.request(String(input), init)
  const client = hc<AppType>('http://api.test', { fetch, headers: as({ role: 'viewer', owners: '*' }) })

  const topics = await client.api.topics.$get()
  const missing = await client.api.topics[':topic'].$get({ param: { topic: 'no-such-topic' } })
  const letters = await client.api['dead-letters'].$get({ query: { topic: 'orders' } })

  // Types are the point: `topics` exists on the answer of 200 alone.
  if (topics.status !== 200 || letters.status !== 200) throw new Error(`${topics.status} ${letters.status}`)
  const list = await topics.json()
  const page = await letters.json()
  expect(list.topics).toEqual([])
  expect(page.filter).toEqual({ topic: ['orders'] })
  expect(missing.status).toBe(404)
  if (missing.status === 404) expect((await missing.json()).error.code).toBe('NOT_FOUND')
})
