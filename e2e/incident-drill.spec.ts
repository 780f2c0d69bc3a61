import { expect, test } from '@playwright/test'
import { useLocalCloud } from '../packages/local-cloud/src/testing/local-cloud.ts'
import { sendBodies } from './send-bodies.ts'
import { signIn } from './sign-in.ts'
import { queryOf, waitForLetters } from './wait-for-letters.ts'

const topic = 'user-events'
const group = 'a list instead of an object'
const settleMs = 120_000

test('a fault appears as a group; a replay says beforehand that it will not help, and every message gets its outcome', async ({
  page,
}) => {
  test.setTimeout(2 * settleMs)
  const cloud = useLocalCloud()
  const sent = await sendBodies(cloud.endpoint, topic, ['[1]', '[2]', '[3]'])
  await signIn(page, cloud, 'operator', `/dead-letters?topic=${topic}&code=NOT_AN_OBJECT&${queryOf(sent)}`)
  await waitForLetters(page, cloud, sent)
  const row = page.getByRole('listitem').filter({ hasText: group })
  await expect(row).toContainText('3 messages')
  await row.getByRole('button', { name: `Act on ${group}` }).click()
  await page.getByRole('menuitem', { name: /^Replay/ }).click()

  const dialog = page.getByRole('dialog')
  await expect(dialog).toContainText(/NOT_AN_OBJECT/, { timeout: settleMs })
  const confirm = dialog.getByRole('button', { name: /^Replay 3 messages to/ })
  await expect(confirm).toBeDisabled()
  await dialog.getByLabel('Reason, kept in the audit').fill('drill')
  await confirm.click()
  await page.getByRole('button', { name: 'Open', exact: true }).click()

  await expect(page.getByRole('heading', { level: 1 })).toContainText('Replay 3 messages to')
  await expect(page.getByRole('main')).toContainText('Completed with failures', { timeout: settleMs })
  await expect(page.getByRole('main')).toContainText('Returned')
})

test('a viewer sees, and cannot act: the console says why and the server agrees', async ({ page }) => {
  const cloud = useLocalCloud()
  await signIn(page, cloud, 'viewer', '/dead-letters')

  const refused = await page.request.post(`${cloud.consoleUrl}/api/plans`, {
    headers: { 'X-Lean-Ops': '1', Origin: cloud.consoleUrl },
    data: { parameters: { kind: 'discard' }, selection: { by: 'filter', filter: { topic: [topic] } } },
  })

  expect(refused.status()).toBe(403)
  expect(await refused.json()).toMatchObject({
    error: { code: 'FORBIDDEN', details: { permission: 'discard' } },
  })
})
