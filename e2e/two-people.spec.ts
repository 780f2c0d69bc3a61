import type { TopicDetail } from '@lean-ops/common/contract/topics'
import { type BrowserContext, expect, type Page, test } from '@playwright/test'
import { type TestCloud, useLocalCloud } from '../packages/local-cloud/src/testing/local-cloud.ts'
import { lists } from './sample-bodies.ts'
import { sendBodies } from './send-bodies.ts'
import { signIn } from './sign-in.ts'
import { queryOf, waitForLetters } from './wait-for-letters.ts'

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
  const sent = await sendBodies(cloud.endpoint, 'gh-push', lists(30, 'paused'))
  await signIn(page, cloud, 'operator', '/topics')
  await waitForLetters(page, cloud, sent)
  const other = await another(page, cloud, 'admin', '/topics')
  const created = await startSlowReplay(page, cloud, sent)

  for (const person of [page, other]) {
    await person.goto(`${cloud.consoleUrl}/operations/${created}`)
    await expect(person.getByRole('button', { name: 'Pause' })).toBeVisible()
  }
  // The other one's page no longer hears of changes: what it knows gets old.
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

test('one pauses a topic, its mapping follows; the other reads who and why on every page, and resumes it', async ({
  page,
}) => {
  const cloud = useLocalCloud()
  const topic = 'gh-workflow'
  const mapping = async () =>
    ((await (await page.request.get(`${cloud.consoleUrl}/api/topics/${topic}`)).json()) as TopicDetail).topic
      .mapping.state
  await signIn(page, cloud, 'operator', '/topics')
  const row = page.locator(`[data-topic=${topic}]`)
  await row.hover()
  await row.getByRole('button', { name: `Act on ${topic}` }).click()
  await page.getByRole('menuitem', { name: 'Pause…' }).click()
  const dialog = page.getByRole('dialog', { name: `Pause ${topic}?` })
  await dialog.getByLabel('Reason, shown to everybody').fill('its producer sends garbage')
  await dialog.getByRole('button', { name: `Pause ${topic}` }).click()
  await expect(row).toContainText('ingest paused')
  await expect.poll(mapping, { timeout: settleMs }).toBe('Disabled')

  const other = await another(page, cloud, 'admin', '/operations')
  const notice = other.getByRole('status').filter({ hasText: topic })
  await expect(notice).toContainText('ingest paused by Omar Operator')
  await expect(notice).toContainText('its producer sends garbage')
  await notice.getByRole('button', { name: 'Resume…' }).click()
  const resume = other.getByRole('dialog', { name: `Resume ${topic}?` })
  await resume.getByLabel('Reason, shown to everybody').fill('it was mended')
  await resume.getByRole('button', { name: `Resume ${topic}` }).click()

  await expect(notice).toHaveCount(0)
  await expect(row).not.toContainText('ingest paused')
  await expect.poll(mapping, { timeout: settleMs }).toBe('Enabled')
})

test('two act on one group: the second is told before anything happens, and can look again', async ({
  page,
}) => {
  test.setTimeout(2 * settleMs)
  const cloud = useLocalCloud()
  const sent = await sendBodies(cloud.endpoint, 'user-events', lists(3, 'both'))
  await signIn(page, cloud, 'operator', '/topics')
  await waitForLetters(page, cloud, sent)
  const other = await another(page, cloud, 'admin', '/topics')
  for (const person of [page, other]) {
    await person.goto(`${cloud.consoleUrl}/dead-letters?view=messages&${queryOf(sent)}`)
    await person.getByRole('listitem').getByRole('checkbox').first().click()
    await person.getByRole('button', { name: 'Select all 3 matching' }).click()
    await person.getByRole('region', { name: 'Selection' }).getByRole('button', { name: 'Discard…' }).click()
    await person.getByRole('dialog').getByLabel('Reason, kept in the audit').fill('seen by two')
  }

  await page
    .getByRole('dialog')
    .getByRole('button', { name: /^Discard 3 / })
    .click()
  await expect(page.getByRole('dialog')).toHaveCount(0)
  const letters = await waitForLetters(page, cloud, sent, 'discarded')
  const dialog = other.getByRole('dialog')
  await dialog.getByRole('button', { name: /^Discard 3 / }).click()

  await expect(dialog.getByRole('alert')).toContainText('it was 3 when you looked, it is 0 now')
  await dialog.getByRole('button', { name: 'Look again at what is there now' }).click()
  await expect(dialog.getByRole('alert')).toHaveCount(0)
  await expect(dialog.getByRole('button', { name: /^Discard/ })).toHaveCount(0)
  const acts = await Promise.all(
    letters.map(async ({ id }) => {
      const history = await page.request.get(`${cloud.consoleUrl}/api/dead-letters/${id}/history`)
      const { events } = (await history.json()) as { events: { what: string; operationId: string | null }[] }
      return events.filter((event) => event.operationId !== null && event.what !== 'skipped').length
    }),
  )
  expect(acts).toEqual([1, 1, 1])
})

/** One that waits for a minute and then sends one message a second: nobody here has to hurry. */
async function startSlowReplay(page: Page, cloud: TestCloud, messageIds: readonly string[]): Promise<string> {
  const headers = { 'X-Lean-Ops': '1', Origin: cloud.consoleUrl }
  const plan = await page.request.post(`${cloud.consoleUrl}/api/plans`, {
    headers,
    data: {
      parameters: { kind: 'replay' },
      selection: { by: 'filter', filter: { messageId: messageIds, status: ['open'] }, except: [] },
    },
  })
  const { id } = (await plan.json()) as { id: string }
  const operation = await page.request.post(`${cloud.consoleUrl}/api/operations`, {
    headers: { ...headers, 'Idempotency-Key': `slow-${id}` },
    data: {
      planId: id,
      reason: 'slow on purpose',
      settings: { rate: 1, canarySize: 0, returnRateMax: 1, startDelaySeconds: 60 },
    },
  })
  return ((await operation.json()) as { id: string }).id
}
