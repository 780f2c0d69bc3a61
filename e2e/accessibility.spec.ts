import AxeBuilder from '@axe-core/playwright'
import { expect, type Page, test } from '@playwright/test'
import { type TestCloud, useLocalCloud } from '../packages/local-cloud/src/testing/local-cloud.ts'
import { everyDialog } from './every-dialog.ts'
import { everyPage } from './every-page.ts'
import { lists } from './sample-bodies.ts'
import { sendBodies } from './send-bodies.ts'
import { signIn } from './sign-in.ts'
import { waitForLetters } from './wait-for-letters.ts'

const themes = ['light', 'dark'] as const

test('axe finds nothing on any page and in any dialog, light and dark', async ({ page }) => {
  test.setTimeout(1_800_000)
  const cloud = useLocalCloud()
  await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' })
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
  const sent = await sendBodies(cloud.endpoint, 'payments', lists(1, 'axe'))
  await signIn(page, cloud, 'admin', '/topics')
  const [letter] = await waitForLetters(page, cloud, sent)
  return letter?.id ?? ''
}

/** In both themes, as the system changes from one to the other under the open page. */
async function expectNothing(page: Page, where: string): Promise<void> {
  for (const colorScheme of themes) {
    await page.emulateMedia({ colorScheme })
    await expect(page.locator('html')).toHaveClass(new RegExp(`\\b${colorScheme}\\b`))
    const { violations } = await new AxeBuilder({ page }).analyze()
    const found = violations.map(
      (v) => `${where}, ${colorScheme}: ${v.id}: ${v.nodes.map((n) => n.target.join(' ')).join(', ')}`,
    )
    expect(found).toEqual([])
  }
}
