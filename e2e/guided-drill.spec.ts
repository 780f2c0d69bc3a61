import { SQSClient } from '@aws-sdk/client-sqs'
import { expect, test } from '@playwright/test'
import { queueName } from '../packages/common/src/topics/topic-names.ts'
import { localClientOptions } from '../packages/local-cloud/src/supervisor/local-client-options.ts'
import { useLocalCloud } from '../packages/local-cloud/src/testing/local-cloud.ts'
import { incident, sendIncident } from '../packages/local-cloud/src/traffic/send-incident.ts'
import { signIn } from './sign-in.ts'

const settleMs = 180_000
const title = 'a list instead of an object'

test('the drill of a first start: a fault appears, is understood, repaired in bulk, proven, and told by the audit', async ({
  page,
}) => {
  test.setTimeout(3 * settleMs)
  const cloud = useLocalCloud()
  const sqs = new SQSClient({ ...localClientOptions(cloud.endpoint), useQueueUrlAsEndpoint: false })
  const queueUrl = `${cloud.endpoint}/000000000000/${queueName('local', incident.topic)}`
  await sendIncident({ sqs, queueUrl, now: Date.now }, new AbortController().signal)
  sqs.destroy()

  await signIn(page, cloud, 'admin', '/topics')
  await expect(async () => {
    const query = `topic=${incident.topic}&code=${incident.code}&status=open`
    const groups = await page.request.get(`${cloud.consoleUrl}/api/dead-letters/groups?${query}`)
    const { groups: found } = (await groups.json()) as { groups: { title: string; count: number }[] }
    expect(found.find((group) => group.title === title)?.count).toBe(incident.count)
  }).toPass({ timeout: settleMs, intervals: [500] })
  const guide = page.getByRole('region', { name: 'Guided drill' })
  await guide.getByRole('button', { name: 'Begin the drill' }).click()
  await expect(guide).toContainText('What is stuck?')
  await guide.getByRole('link', { name: 'Dead letters of orders' }).click()
  const group = page.getByRole('listitem').filter({ hasText: title })
  await group.getByRole('button', { name: title, exact: true }).click()
  await page.getByRole('tab', { name: 'Error' }).click()
  await expect(guide).toContainText('Repair it, and see the result before anything is sent')

  await group.getByRole('button', { name: `Act on ${title}` }).click()
  await page.getByRole('menuitem', { name: 'Transform and replay…' }).click()
  const dialog = page.getByRole('dialog', { name: 'Transform and replay' })
  await expect(dialog.getByRole('button', { name: /See samples/ })).toBeDisabled()
  await dialog.getByLabel('What step 1 does').selectOption('move')
  await dialog.getByLabel('Source of step 1').fill('[0]')
  await dialog.getByRole('button', { name: /See samples/ }).click()
  const preview = dialog.last()
  await expect(preview).toContainText(`${incident.count} would pass now`, { timeout: settleMs })
  await expect(preview.getByRole('region', { name: /^Before and after/ })).toHaveCount(3)
  await expect(preview.getByRole('region', { name: /^Before and after/ }).first()).toContainText(
    '"orderId": "drill-',
  )
  await preview.getByLabel('Reason, kept in the audit').fill('the release 1.8 of the shop sends lists')
  await preview.getByRole('button', { name: /^Transform 120 messages/ }).click()

  await guide.getByRole('link', { name: 'Watch the operation' }).click()
  await expect(page.getByRole('list', { name: 'Stages' })).toContainText('Canary 50')
  await expect(page.getByRole('heading', { level: 1 })).toContainText('Completed', { timeout: settleMs })
  await page.getByRole('button', { name: /^Resolved/ }).click()
  await expect(page).toHaveURL(/outcome=resolved/)
  await expect(page.getByRole('button', { name: /^Resolved/ })).toContainText(String(incident.count))

  // The guide learns of the end by its own poll: until then its link leads to the operation.
  await guide.getByRole('link', { name: 'Read the audit' }).click()
  await expect(page.getByRole('heading', { level: 1, name: 'Audit' })).toBeVisible()
  await expect(page.getByRole('main')).toContainText('the release 1.8 of the shop sends lists')
  await expect(guide).toContainText(/Done after/)
  await guide.getByRole('button', { name: 'Close the guided drill' }).click()
  await page.reload()
  await expect(page.getByRole('heading', { level: 1, name: 'Audit' })).toBeVisible()
  await expect(guide).toHaveCount(0)
})
