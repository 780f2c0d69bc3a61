import { expect, test } from '@playwright/test'
import { useLocalCloud } from '../packages/local-cloud/src/testing/local-cloud.ts'
import { scopeSession } from './read-session.ts'
import { lists } from './sample-bodies.ts'
import { sendBodies } from './send-bodies.ts'
import { signIn } from './sign-in.ts'
import { waitForLetters } from './wait-for-letters.ts'

const [mine, theirs] = ['payments', 'gh-issues']

test('a viewer reads and cannot act: the button says why, and the server agrees', async ({ page }) => {
  const cloud = useLocalCloud()
  const sent = await sendBodies(cloud.endpoint, mine, lists(1, 'roles'))
  await signIn(page, cloud, 'viewer', '/topics')
  const [letter] = await waitForLetters(page, cloud, sent)

  await page.goto(`${cloud.consoleUrl}/dead-letters?topic=${mine}&view=messages&id=${letter?.id}`)
  const inspector = page.getByRole('complementary', { name: 'Inspector' })
  const replay = inspector.getByRole('button', { name: /^Replay/ })
  await expect(replay).toHaveAttribute('aria-disabled', 'true')
  await expect(replay).toHaveAttribute('data-tip', /Needs the permission “replay”/)
  // Keys and shape: a viewer has no right to payloads.
  await expect(inspector.getByRole('tree')).toContainText('•••')
  await expect(inspector.getByRole('tree')).not.toContainText('roles-0')

  const refused = await page.request.post(`${cloud.consoleUrl}/api/plans`, {
    headers: { 'X-Lean-Ops': '1', Origin: cloud.consoleUrl },
    data: { parameters: { kind: 'replay' }, selection: { by: 'ids', ids: [letter?.id] } },
  })
  expect(refused.status()).toBe(403)
})

test("who is responsible for one owner's topics sees and acts on those alone", async ({ page, context }) => {
  const cloud = useLocalCloud()
  const sent = await sendBodies(cloud.endpoint, theirs, lists(1, 'scoped'))
  await signIn(page, cloud, 'operator', '/topics')
  const [foreign] = await waitForLetters(page, cloud, sent)
  const owners = (await (await page.request.get(`${cloud.consoleUrl}/api/topics`)).json()) as {
    topics: { topic: string; owner: string }[]
  }
  const owner = owners.topics.find((row) => row.topic === mine)?.owner ?? ''
  expect(owners.topics.find((row) => row.topic === theirs)?.owner).not.toBe(owner)

  await scopeSession(context, cloud, [{ role: 'operator', owners: [owner] }])
  await page.goto(`${cloud.consoleUrl}/topics`)
  await expect(page.getByRole('row').filter({ hasText: mine })).toBeVisible()
  await expect(page.getByRole('row').filter({ hasText: theirs })).toHaveCount(0)
  await page.goto(`${cloud.consoleUrl}/dead-letters?view=messages&topic=${theirs}`)
  await expect(page.getByText('No dead letter matches the filter')).toBeVisible()
  await page.goto(`${cloud.consoleUrl}/topics/${theirs}`)
  await expect(page.getByRole('heading', { name: /There is no topic/ })).toBeVisible()

  const plan = await page.request.post(`${cloud.consoleUrl}/api/plans`, {
    headers: { 'X-Lean-Ops': '1', Origin: cloud.consoleUrl },
    data: { parameters: { kind: 'replay' }, selection: { by: 'ids', ids: [foreign?.id] } },
  })
  expect(plan.ok() ? ((await plan.json()) as { count: number }).count : 0).toBe(0)
})

test('signed in without a role is a page that says whom to ask', async ({ page, context }) => {
  const cloud = useLocalCloud()
  await signIn(page, cloud, 'viewer', '/topics')
  await scopeSession(context, cloud, [])

  await page.goto(`${cloud.consoleUrl}/dead-letters`)

  await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
  await expect(page.getByRole('main')).toContainText(/no role/i)
})
