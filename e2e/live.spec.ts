import { expect, type Page, test } from '@playwright/test'
import { useLocalCloud } from '../packages/local-cloud/src/testing/local-cloud.ts'
import { lists } from './sample-bodies.ts'
import { sendBodies } from './send-bodies.ts'
import { signIn } from './sign-in.ts'
import { waitForLetters } from './wait-for-letters.ts'

const topic = 'gh-issues'

test('new dead letters wait behind a count: rows, selection, scroll and a half-written filter stay', async ({
  page,
}) => {
  test.setTimeout(240_000)
  const cloud = useLocalCloud()
  const sent = await sendBodies(cloud.endpoint, topic, lists(4, 'before'))
  await signIn(page, cloud, 'operator', '/topics')
  await waitForLetters(page, cloud, sent)
  await page.goto(`${cloud.consoleUrl}/dead-letters?topic=${topic}&view=messages`)
  const rows = page.locator('[data-letter]')
  await expect(rows.first()).toBeVisible()
  const ids = () => rows.evaluateAll((all) => all.map((row) => row.getAttribute('data-letter')))
  const before = await ids()
  await page.getByRole('listitem').getByRole('checkbox').nth(1).click()
  const search = page.getByRole('searchbox', { name: /Text in the body/ })
  await search.pressSequentially('half writ')

  await sendBodies(cloud.endpoint, topic, lists(3, 'after'))
  await expect(page.getByRole('button', { name: /^\d+ new$/ })).toBeVisible({ timeout: 120_000 })

  expect(await ids()).toEqual(before)
  await expect(search).toHaveValue('half writ')
  await expect(search).toBeFocused()
  await expect(page.getByRole('listitem').getByRole('checkbox').nth(1)).toBeChecked()
  await search.fill('')
  await page.getByRole('button', { name: /^\d+ new$/ }).click()
  await expect.poll(async () => (await ids()).length).toBeGreaterThan(before.length)
})

test('of several tabs one asks, and all show it', async ({ page, context }) => {
  const cloud = useLocalCloud()
  await signIn(page, cloud, 'viewer', '/topics')
  const other = await context.newPage()
  await other.goto(`${cloud.consoleUrl}/topics`)
  for (const tab of [page, other]) await expect(tab.locator('[data-topic=orders]')).toBeVisible()
  const asked = [countPulses(page), countPulses(other)]

  const sorted = () => asked.map((count) => count()).sort((a, b) => b - a)
  await expect.poll(() => sorted()[0]).toBeGreaterThanOrEqual(4)

  const [leader = 0, follower = 0] = sorted()
  expect(follower).toBeLessThan(leader / 2)
})

function countPulses(page: Page): () => number {
  let count = 0
  page.on('request', (request) => {
    if (request.url().endsWith('/api/pulse')) count += 1
  })
  return () => count
}
