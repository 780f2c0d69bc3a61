/// <reference lib="dom" />
import { expect, test } from '@playwright/test'
import { useLocalCloud } from '../packages/local-cloud/src/testing/local-cloud.ts'
import { lists } from './sample-bodies.ts'
import { sendBodies } from './send-bodies.ts'
import { signIn } from './sign-in.ts'
import { waitForLetters } from './wait-for-letters.ts'

const json = { 'content-type': 'application/json' }
const unavailable = (message: string) => ({
  status: 503,
  headers: json,
  body: JSON.stringify({ error: { code: 'UNAVAILABLE', message, requestId: 'drill' } }),
})

test('the API goes away: the last good values stay and say how old they are; it comes back by itself', async ({
  page,
}) => {
  const cloud = useLocalCloud()
  await signIn(page, cloud, 'operator', '/topics')
  const row = page.locator('[data-topic=orders]')
  await expect(row).toBeVisible()

  await page.route('**/api/topics', (route) => route.fulfill(unavailable('The database does not answer.')))
  await page.getByRole('button', { name: 'Refresh now' }).click()
  await expect(page.getByText(/The database does not answer\. Showing values of/)).toBeVisible()
  await expect(row).toBeVisible()

  await expect(page.getByRole('button', { name: 'Try again' })).toBeVisible()
  await page.unroute('**/api/topics')
  await expect(page.getByText(/Showing values of/)).toHaveCount(0, { timeout: 60_000 })
})

test('the API is down from the start: what could not be loaded is named, with a way to try again', async ({
  page,
}) => {
  const cloud = useLocalCloud()
  await signIn(page, cloud, 'operator', '/audit')
  await page.route('**/api/topics', (route) => route.abort())
  // From another page: the document of a page loaded anew comes with what the server could read.
  await page
    .getByRole('navigation', { name: 'Pages' })
    .getByRole('link', { name: /Topics/ })
    .click()

  const alert = page.getByRole('main').getByRole('alert')
  await expect(alert).toContainText('Could not load the topics')
  await expect(alert.getByRole('button', { name: 'Try again' })).toBeVisible()
  // Also without a click: the next poll finds it back.
  await page.unroute('**/api/topics')
  await expect(page.locator('[data-topic=orders]')).toBeVisible({ timeout: 60_000 })
})

test('a part that fails takes nothing else with it', async ({ page }) => {
  const cloud = useLocalCloud()
  const sent = await sendBodies(cloud.endpoint, 'payments', lists(1, 'outage'))
  await signIn(page, cloud, 'operator', '/audit')
  await waitForLetters(page, cloud, sent)
  await page.route('**/api/dead-letters/histogram*', (route) => route.fulfill(unavailable('Too slow.')))
  await page.route('**/api/dead-letters/facets*', (route) => route.fulfill(unavailable('Too slow.')))
  await page.goto(`${cloud.consoleUrl}/dead-letters?status=all&view=messages`)

  await expect(page.getByText('The chart over time could not be loaded.')).toBeVisible()
  await expect(page.getByRole('list', { name: 'Dead letters' }).getByRole('listitem').first()).toBeVisible()
})

test('on a slow network places are held: what arrives does not move what is there', async ({ page }) => {
  const cloud = useLocalCloud()
  // From the start: the header asks for the topics on every page, too.
  const gate = Promise.withResolvers<void>()
  await page.route('**/api/topics', async (route) => {
    await gate.promise
    await route.continue()
  })
  await signIn(page, cloud, 'operator', '/audit')
  await page
    .getByRole('navigation', { name: 'Pages' })
    .getByRole('link', { name: /Topics/ })
    .click()
  const loading = page.getByRole('status').filter({ hasText: /Loading/ })
  await expect(loading).toBeVisible()
  await page.evaluate(() => {
    const seen = window as unknown as { shift: number }
    seen.shift = 0
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) seen.shift += (entry as unknown as { value: number }).value
    }).observe({ type: 'layout-shift' })
  })
  gate.resolve()

  await expect(page.locator('[data-topic=orders]')).toBeVisible()
  // Web Vitals calls up to 0.1 good; a board that pushes the page down by a row is far above.
  expect(await page.evaluate(() => (window as unknown as { shift: number }).shift)).toBeLessThan(0.1)
})

test('an API of another version is told in a strip, and never in the way of a form', async ({ page }) => {
  const cloud = useLocalCloud()
  await signIn(page, cloud, 'operator', '/topics')
  await page.getByRole('button', { name: 'Views' }).click()
  await page.getByRole('menuitem', { name: 'Save what is shown…' }).click()
  const name = page.getByRole('dialog').getByLabel('Name')
  await name.fill('half written')
  // Every answer names the version: the page takes back what it said when one names its own again.
  await page.route('**/api/**', async (route) => {
    const answer = await route.fetch()
    await route.fulfill({ response: answer, headers: { ...answer.headers(), 'lean-ops-api-version': '99' } })
  })

  await expect(page.getByText(/Lean-Ops has been deployed anew/)).toBeAttached()
  await expect(name).toHaveValue('half written')
  await page.keyboard.press('Escape')
  const reload = page.getByRole('button', { name: 'Reload' })
  await expect(reload).toBeVisible()
  await Promise.all([page.waitForEvent('framenavigated'), reload.dispatchEvent('click')])
  await page.unrouteAll({ behavior: 'ignoreErrors' })
  await expect(page.locator('[data-topic=orders]')).toBeVisible()
  await expect(page.getByText(/Lean-Ops has been deployed anew/)).toHaveCount(0)
})

test('pages and things that are not there say so, and lead on', async ({ page }) => {
  const cloud = useLocalCloud()
  await signIn(page, cloud, 'viewer', '/topics')
  for (const [path, text] of [
    ['/no-such-page', /There is no page at this address/],
    ['/topics/no-such-topic', /There is no topic called/],
    ['/operations/00000000-0000-4000-8000-000000000000', /There is no such operation/],
  ] as const) {
    await page.goto(`${cloud.consoleUrl}${path}`)
    await expect(page.getByRole('heading', { level: 1 })).toContainText(text)
    await expect(page.getByRole('main').getByRole('link').first()).toBeVisible()
  }
})
