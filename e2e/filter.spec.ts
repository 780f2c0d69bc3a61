import { expect, type Page, test } from '@playwright/test'
import { useLocalCloud } from '../packages/local-cloud/src/testing/local-cloud.ts'
import { lists } from './sample-bodies.ts'
import { sendBodies } from './send-bodies.ts'
import { signIn } from './sign-in.ts'
import { waitForLetters } from './wait-for-letters.ts'

const topic = 'gh-issues'
const count = 4

test('R1: what is replayed is the filter that is seen; it survives reload, back and forward', async ({
  page,
}) => {
  const cloud = useLocalCloud()
  const messages = await sendBodies(cloud.endpoint, topic, lists(count, 'filtered'))
  await signIn(page, cloud, 'operator', '/topics')
  await waitForLetters(page, cloud, messages)

  await page.goto(`${cloud.consoleUrl}/dead-letters?view=messages`)
  for (const [facet, value] of [
    ['Topic', topic],
    ['Code', 'NOT_AN_OBJECT'],
  ] as const) {
    await page.getByRole('button', { name: new RegExp(`^${facet}`) }).click()
    await page.getByRole('dialog').locator('label', { hasText: value }).click()
    await page.keyboard.press('Escape')
    await expect(page).toHaveURL(new RegExp(`=${value}`))
  }

  await page.reload()
  await expect(chips(page)).toContainText(['topic:gh-issues', 'code:NOT_AN_OBJECT', 'status:open'])
  await page.goBack()
  await expect(chips(page).filter({ hasText: 'code' })).toHaveCount(0)
  await page.goForward()
  await expect(chips(page)).toContainText(['topic:gh-issues', 'code:NOT_AN_OBJECT', 'status:open'])

  await page.getByRole('checkbox', { name: 'Select the loaded rows' }).click()
  // A box that takes one out, and "all matching" that then takes it back in but for what is unticked after it.
  await page.getByRole('listitem').getByRole('checkbox').first().click()
  await page.getByRole('button', { name: /^Select all \d+ matching/ }).click()
  await page.getByRole('listitem').getByRole('checkbox').first().click()
  const sent = page.waitForRequest(
    (request) => request.method() === 'POST' && request.url().endsWith('/api/plans'),
  )
  await page.getByRole('region', { name: 'Selection' }).getByRole('button', { name: 'Replay…' }).click()

  const body = (await sent).postDataJSON()
  expect(body.selection).toMatchObject({
    by: 'filter',
    filter: { topic: [topic], code: ['NOT_AN_OBJECT'], status: ['open'] },
  })
  expect(Object.keys(body.selection.filter).sort()).toEqual(['code', 'status', 'topic'])
  expect(body.selection.except).toHaveLength(1)
  const matching = Number(((await page.getByText(/^[\d,]+ match$/).textContent()) ?? '').replace(/\D/g, ''))
  await expect(
    page.getByRole('dialog').getByRole('button', { name: `Replay ${matching - 1} messages to ${topic}` }),
  ).toBeVisible()
})

test('"all" of an empty filter is not offered', async ({ page }) => {
  const cloud = useLocalCloud()
  await signIn(page, cloud, 'operator', '/dead-letters?view=messages')
  await page.getByRole('listitem').getByRole('checkbox').first().click()

  const all = page.getByRole('button', { name: /^Select all/ })
  await expect(all).toBeDisabled()
})

const chips = (page: Page) => page.getByRole('list', { name: 'Filter in force' }).getByRole('listitem')
