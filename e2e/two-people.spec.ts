import { type BrowserContext, expect, type Page, test } from '@playwright/test'
import { type TestCloud, useLocalCloud } from '../packages/local-cloud/src/testing/local-cloud.ts'
import { lists } from './sample-bodies.ts'
import { sendBodies } from './send-bodies.ts'
import { signIn } from './sign-in.ts'
import { waitForLetters } from './wait-for-letters.ts'

const topic = 'gh-push'
const settleMs = 120_000

let second: BrowserContext | undefined
test.afterEach(async () => {
  await second?.close()
  second = undefined
})

async function another(page: Page, cloud: TestCloud, role: 'operator' | 'admin', to: string): Promise<Page> {
  second = await page.context().browser()?.newContext()
  const next = await second?.newPage()
  if (!next) throw new Error('no second browser context')
  await signIn(next, cloud, role, to)
  return next
}

test('one pauses, the other sees who did it, and an old button does nothing', async ({ page }) => {
  test.setTimeout(2 * settleMs)
  const cloud = useLocalCloud()
  await sendBodies(cloud.endpoint, topic, lists(30, 'paused'))
  await signIn(page, cloud, 'operator', `/dead-letters?topic=${topic}`)
  await waitForLetters(page, cloud, `topic=${topic}&status=open`, 30)
  const created = await startSlowReplay(page, cloud)

  await page.goto(`${cloud.consoleUrl}/operations/${created}`)
  const other = await another(page, cloud, 'admin', `/operations/${created}`)
  // The other one's page no longer hears of changes: what it knows gets old.
  await expect(other.getByRole('button', { name: 'Pause' })).toBeVisible()
  await other.route(`**/api/operations/${created}`, (route) =>
    route.request().method() === 'GET' ? route.abort() : route.continue(),
  )
  await page.getByRole('button', { name: 'Pause' }).click()
  await expect(page.getByRole('button', { name: 'Resume' })).toBeVisible()

  await other.getByRole('button', { name: 'Pause' }).click()
  await expect(other.getByText(/Nothing was done; this page shows it as it is now/)).toBeVisible()
  await other.unroute(`**/api/operations/${created}`)
  await other.reload()
  await expect(other.getByRole('main')).toContainText(/Omar Operator: pause/)

  await other.getByRole('button', { name: 'Cancel…' }).click()
  await other.getByRole('button', { name: /^Cancel, leaving/ }).click()
  await expect(page.getByRole('main')).toContainText('Cancelled', { timeout: settleMs })
  await expect(page.getByRole('main')).toContainText(/Ada Admin: cancel/)
})

test('two act on one group: the second is told before anything happens, and can look again', async ({
  page,
}) => {
  test.setTimeout(2 * settleMs)
  const cloud = useLocalCloud()
  const address = '/dead-letters?topic=user-events&view=messages'
  await sendBodies(cloud.endpoint, 'user-events', lists(3, 'both'))
  await signIn(page, cloud, 'operator', address)
  await waitForLetters(page, cloud, 'topic=user-events&status=open', 3)
  const other = await another(page, cloud, 'admin', address)

  for (const person of [page, other]) {
    await person.reload()
    await person.getByRole('checkbox', { name: 'Select the loaded rows' }).click()
    await person.getByRole('region', { name: 'Selection' }).getByRole('button', { name: 'Discard…' }).click()
    await expect(person.getByRole('dialog').getByLabel('Reason, kept in the audit')).toBeVisible()
  }
  for (const person of [page, other]) {
    await person.getByRole('dialog').getByLabel('Reason, kept in the audit').fill('seen by two')
    await person
      .getByRole('dialog')
      .getByRole('button', { name: /^Discard \d+/ })
      .click()
  }
  await expect(page.getByRole('dialog')).toHaveCount(0)

  // What drifted between plan and confirmation: refused, or every message skipped with its reason; never done twice.
  await page.goto(`${cloud.consoleUrl}/operations?kind=discard`)
  await expect(page.getByRole('main').getByRole('listitem').or(page.getByRole('row')).first()).toBeVisible()
  const letters = await waitForLetters(page, cloud, 'topic=user-events&status=discarded', 3)
  const acts = await Promise.all(
    letters.map(async ({ id }) => {
      const history = await page.request.get(`${cloud.consoleUrl}/api/dead-letters/${id}/history`)
      const { events } = (await history.json()) as { events: { what: string; operationId: string | null }[] }
      return events.filter((event) => event.operationId !== null && event.what !== 'skipped').length
    }),
  )
  expect(acts).toEqual([1, 1, 1])
})

async function startSlowReplay(page: Page, cloud: TestCloud): Promise<string> {
  const headers = { 'X-Lean-Ops': '1', Origin: cloud.consoleUrl }
  const plan = await page.request.post(`${cloud.consoleUrl}/api/plans`, {
    headers,
    data: {
      parameters: { kind: 'replay' },
      selection: { by: 'filter', filter: { topic: [topic], status: ['open'] }, except: [] },
    },
  })
  const { id } = (await plan.json()) as { id: string }
  const operation = await page.request.post(`${cloud.consoleUrl}/api/operations`, {
    headers: { ...headers, 'Idempotency-Key': `slow-${id}` },
    data: {
      planId: id,
      reason: 'slow on purpose',
      settings: { rate: 1, canarySize: 0, returnRateMax: 1, startDelaySeconds: 0 },
    },
  })
  return ((await operation.json()) as { id: string }).id
}
