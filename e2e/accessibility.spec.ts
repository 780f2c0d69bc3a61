import AxeBuilder from '@axe-core/playwright'
import { expect, type Page, test } from '@playwright/test'
import { type TestCloud, useLocalCloud } from '../packages/local-cloud/src/testing/local-cloud.ts'
import { everyDialog } from './every-dialog.ts'
import { everyPage } from './every-page.ts'
import { lists } from './sample-bodies.ts'
import { sendBodies } from './send-bodies.ts'
import { signIn } from './sign-in.ts'
import { waitForLetters } from './wait-for-letters.ts'

for (const colorScheme of ['light', 'dark'] as const)
  test(`axe finds nothing on any page and in any dialog, ${colorScheme}`, async ({ page }) => {
    test.setTimeout(480_000)
    const cloud = useLocalCloud()
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    const id = await oneLetter(page, cloud)

    for (const { path, heading } of everyPage(id)) {
      await page.goto(`${cloud.consoleUrl}${path}`)
      await expect(page.getByRole('heading', { name: heading, level: 1 }).first()).toBeVisible()
      await expectNothing(page, path)
    }
    for (const dialog of everyDialog(id)) {
      await page.goto(`${cloud.consoleUrl}${dialog.path}`)
      await dialog.open(page)
      await expectNothing(page, dialog.name)
    }
  })

async function oneLetter(page: Page, cloud: TestCloud): Promise<string> {
  await sendBodies(cloud.endpoint, 'payments', lists(1, 'axe'))
  await signIn(page, cloud, 'admin', '/topics')
  const [letter] = await waitForLetters(page, cloud, 'topic=payments&status=open', 1)
  return letter?.id ?? ''
}

async function expectNothing(page: Page, where: string): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze()
  const found = violations.map(
    (v) => `${where}: ${v.id}: ${v.nodes.map((n) => n.target.join(' ')).join(', ')}`,
  )
  expect(found).toEqual([])
}
