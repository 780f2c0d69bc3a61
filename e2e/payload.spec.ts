import { randomUUID } from 'node:crypto'
import { expect, test } from '@playwright/test'
import { useLocalCloud } from '../packages/local-cloud/src/testing/local-cloud.ts'
import { brokenOrder } from './sample-bodies.ts'
import { sendBodies } from './send-bodies.ts'
import { signIn } from './sign-in.ts'
import { waitForLetters } from './wait-for-letters.ts'

const settleMs = 120_000

test('a masked message is edited without being shown: only the change travels, and the repaired one lands', async ({
  page,
}) => {
  test.setTimeout(2 * settleMs)
  const cloud = useLocalCloud()
  const email = `${randomUUID()}@example.com`
  const sent = await sendBodies(cloud.endpoint, 'orders', [brokenOrder(email)])
  await signIn(page, cloud, 'admin', '/topics')
  const [letter] = await waitForLetters(page, cloud, sent)

  await page.goto(`${cloud.consoleUrl}/dead-letters?topic=orders&view=messages&id=${letter?.id}`)
  const inspector = page.getByRole('complementary', { name: 'Inspector' })
  await expect(inspector.getByRole('tree')).toContainText('1234.500')
  expect(await page.content()).not.toContain(email)
  await inspector.getByRole('button', { name: 'Edit and replay…' }).click()

  const editor = page.getByRole('dialog', { name: 'Edit and replay' })
  const lines = editor.locator('.cm-content')
  await expect(lines).toContainText('"email": "•••"')
  const text = await lines.locator('.cm-line').allInnerTexts()
  const typeAll = async (next: string) => {
    await lines.click()
    await page.keyboard.press('ControlOrMeta+a')
    await page.keyboard.insertText(next)
  }
  await typeAll(text.join('\n').replace('"•••"', '"mine@•••"'))
  await expect(editor.getByRole('alert')).toContainText('Masked values stay as they are')
  await typeAll(text.join('\n').replace(/PLACED[^"]*/, 'PLACED'))
  await expect(editor.getByRole('list', { name: 'Changes' })).toContainText('/status = "PLACED"')

  const plan = page.waitForRequest(
    (request) => request.method() === 'POST' && request.url().endsWith('/api/plans'),
  )
  await editor.getByRole('button', { name: 'Check 1 change…' }).click()
  const { parameters } = (await plan).postDataJSON()
  expect(parameters.patch).toEqual([{ op: 'replace', path: '/status', value: 'PLACED' }])
  const preview = page.getByRole('dialog', { name: 'Edit and replay' }).last()
  await expect(preview).toContainText('1 would pass now', { timeout: settleMs })
  await expect(preview.getByRole('region', { name: /^Before and after/ })).toContainText('"amount": 1234.500')
  await preview.getByLabel('Reason, kept in the audit').fill('half an emoji cut off')
  const started = page.waitForResponse(
    (answer) => answer.request().method() === 'POST' && answer.url().endsWith('/api/operations'),
  )
  await preview.getByRole('button', { name: /replay/i }).click()
  const { id } = (await (await started).json()) as { id: string }
  await page.goto(`${cloud.consoleUrl}/operations/${id}`)
  await expect(page.getByRole('heading', { level: 1 })).toContainText('Completed', { timeout: settleMs })
  await expect(page.getByRole('button', { name: /^Resolved/ })).toContainText('1')
})

test('unmasking needs a reason, is for this message and person, and is in the audit', async ({
  page,
  browser,
}) => {
  const cloud = useLocalCloud()
  const email = `${randomUUID()}@example.com`
  const sent = await sendBodies(cloud.endpoint, 'orders', [brokenOrder(email)])
  await signIn(page, cloud, 'admin', '/topics')
  const [letter] = await waitForLetters(page, cloud, sent)
  const id = letter?.id
  await page.goto(`${cloud.consoleUrl}/dead-letters?topic=orders&view=messages&id=${id}`)
  const tree = page.getByRole('complementary', { name: 'Inspector' }).getByRole('tree')
  await expect(tree).toContainText('email')
  await expect(tree).not.toContainText(email)

  await page.getByRole('button', { name: 'Unmask…' }).click()
  const dialog = page.getByRole('dialog')
  const show = dialog.getByRole('button', { name: 'Show it in clear' })
  await dialog.getByLabel('Why, in a sentence').fill('short')
  await expect(show).toBeDisabled()
  await dialog.getByLabel('Why, in a sentence').fill('the customer asks what we hold of the order')
  await show.click()

  await expect(tree).toContainText(email)
  await page.goto(`${cloud.consoleUrl}/audit?targetId=${id}`)
  await expect(page.getByRole('main')).toContainText('the customer asks what we hold of the order')

  const other = await browser.newContext()
  const otherPage = await other.newPage()
  await signIn(otherPage, cloud, 'operator', '/topics')
  const body = await otherPage.request.get(`${cloud.consoleUrl}/api/dead-letters/${id}/body`)
  expect(await body.text()).not.toContain(email)
  await other.close()
})
