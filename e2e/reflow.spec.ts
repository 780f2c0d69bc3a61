import { expect, type Page, test } from '@playwright/test'
import { useLocalCloud } from '../packages/local-cloud/src/testing/local-cloud.ts'
import { everyDialog } from './every-dialog.ts'
import { everyPage } from './every-page.ts'
import { findClippedText } from './find-clipped-text.ts'
import { lists } from './sample-bodies.ts'
import { sendBodies } from './send-bodies.ts'
import { signIn } from './sign-in.ts'
import { waitForLetters } from './wait-for-letters.ts'

const widths = [320, 390, 768, 1280] as const
/** Dialogs that have something to do on a phone. */
const onPhones = ['palette', 'facet', 'replay', 'discard', 'transform', 'unmask', 'edit']

test('at 320, 390, 768 and 1280 px no text is cut off, lies under other text, or needs scrolling sideways', async ({
  page,
}) => {
  test.setTimeout(480_000)
  const cloud = useLocalCloud()
  await page.emulateMedia({ reducedMotion: 'reduce' })
  const sent = await sendBodies(cloud.endpoint, 'payments', lists(1, 'reflow'))
  await signIn(page, cloud, 'admin', '/topics')
  const [letter] = await waitForLetters(page, cloud, sent)
  const id = letter?.id ?? ''
  const found: string[] = []

  for (const { path, heading } of everyPage(id)) {
    await page.goto(`${cloud.consoleUrl}${path}`)
    for (const width of widths) {
      await page.setViewportSize({ width, height: 844 })
      const isSheet = width < 1024 && path.includes('id=')
      if (isSheet) await expect(page.getByRole('dialog', { name: 'Dead letter' })).toBeVisible()
      else await expect(page.getByRole('heading', { name: heading, level: 1 }).first()).toBeVisible()
      await expect(page.getByRole('status').filter({ hasText: /^Loading/ })).toHaveCount(0)
      found.push(...(await clippedText(page)).map((text) => `${path} at ${width}: ${text}`))
    }
  }
  await page.setViewportSize({ width: 1280, height: 844 })
  for (const dialog of everyDialog(id).filter(({ name }) => onPhones.includes(name))) {
    await page.setViewportSize({ width: 1280, height: 844 })
    await page.goto(`${cloud.consoleUrl}${dialog.path}`)
    await dialog.open(page)
    for (const width of [390, 320]) {
      await page.setViewportSize({ width, height: 844 })
      found.push(...(await clippedText(page)).map((text) => `${dialog.name} at ${width}: ${text}`))
    }
  }
  expect(found).toEqual([])
})

/** What stays unreadable: a page that was given another width a moment ago may still be on its way there. */
async function clippedText(page: Page): Promise<string[]> {
  const deadline = Date.now() + 5_000
  for (;;) {
    const found = await findClippedText(page)
    if (found.length === 0 || Date.now() > deadline) return found
    await page.waitForTimeout(100)
  }
}
