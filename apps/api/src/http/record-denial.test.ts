import { afterAll, beforeAll, expect, it } from 'vitest'
import { asActor, change, createTestApp, type TestApp } from '../testing/create-test-app.ts'

const viewer = asActor({ id: 'vic', name: 'Vic', grants: [{ role: 'viewer', owners: '*' }] })
const operator = asActor({ id: 'omar', name: 'Omar', grants: [{ role: 'operator', owners: '*' }] })

let test: TestApp
beforeAll(async () => {
  test = await createTestApp()
  await test.database.pool.query(
    `INSERT INTO topics (topic, owner, status, queue_name, table_name) VALUES ('orders', 'commerce', 'active', 'q', 't')`,
  )
})
afterAll(() => test.database.close())

const post = (path: string, who: Record<string, string>, body: unknown) =>
  test.app.request(`/api${path}`, {
    method: 'POST',
    headers: { ...change, ...who },
    body: JSON.stringify(body),
  })
const denied = async () =>
  (
    await test.database.pool.query(
      `SELECT actor_id, action, target_id, details ->> 'reason' AS reason, session_id FROM audit_log WHERE outcome = 'denied' ORDER BY seq`,
    )
  ).rows

it('a refusal is kept once a minute per person and address; a blocked action, too; strangers leave none', async () => {
  const account = () => post('/topics/orders/account', viewer, { reason: 'x' })
  await account()
  await account()
  await test.app.request('/api/topics/orders')
  const plan = await post('/plans', operator, {
    parameters: { kind: 'refresh-snowflake' },
    selection: { by: 'topics', topics: ['orders'] },
  })
  const { id }: { id: string } = JSON.parse(await plan.text())
  await post('/operations', operator, { planId: id, reason: 'x' })
  test.clock.now = new Date(test.clock.now.getTime() + 60_000)
  await account()

  const row = {
    actor_id: 'vic',
    action: 'access.deny',
    target_id: 'POST /api/topics/orders/account',
    reason: 'NO_PERMISSION',
    session_id: 'session-1',
  }
  expect(await denied()).toEqual([
    row,
    {
      actor_id: 'omar',
      action: 'operation.refuse',
      target_id: 'POST /api/operations',
      reason: 'PLAN_BLOCKED',
      session_id: 'session-1',
    },
    row,
  ])
  expect(test.logged).toEqual([])
})
