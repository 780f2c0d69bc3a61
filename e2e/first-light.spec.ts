import { randomUUID } from 'node:crypto'
import { expect, type Page, test } from '@playwright/test'
import { useLocalCloud } from '../packages/local-cloud/src/testing/local-cloud.ts'
import { sendBodies } from './send-bodies.ts'
import { signIn } from './sign-in.ts'

/** No other test of the shared cloud sends to it, so that its counts are ours. */
const topic = 'gh-workflow'
const landing = 53
const spoiled = 7
/** The sampler reads once a minute, and Firehose may hold what it has for as long. */
const sampleMs = 180_000

test('what is sent is in RAW, less what is dead-lettered, which is listed', async ({ page }) => {
  test.setTimeout(2 * sampleMs)
  const cloud = useLocalCloud()
  const bodies = [
    ...Array.from({ length: landing }, () =>
      JSON.stringify({ message_id: randomUUID(), action: 'completed' }),
    ),
    ...Array.from({ length: spoiled }, (_, index) => `{"action": spoiled ${index}`),
  ]

  await sendBodies(cloud.endpoint, topic, bodies)

  await signIn(page, cloud, 'operator', `/topics/${topic}`)
  await expect(page.getByRole('heading', { name: topic })).toBeVisible()
  const flow = page.getByRole('region', { name: 'Flow' })
  await expect(flow.getByRole('listitem').filter({ hasText: 'RAW' })).toContainText(`${landing} rows`, {
    timeout: sampleMs,
  })
  await expect(flow).toContainText(`${spoiled} open`, { timeout: sampleMs })

  await page.goto(`${cloud.consoleUrl}/dead-letters?view=messages&topic=${topic}`)
  const list = page.getByRole('list', { name: 'Dead letters' })
  await expect(list.getByRole('listitem')).toHaveCount(spoiled)
  expect(await codesOf(page)).toEqual(new Array(spoiled).fill('MALFORMED_JSON'))
})

async function codesOf(page: Page): Promise<string[]> {
  const rows = await page.getByRole('list', { name: 'Dead letters' }).getByRole('listitem').allInnerTexts()
  return rows.map((text) => /[A-Z]+(_[A-Z]+)+/.exec(text)?.[0] ?? text)
}
