/// <reference lib="dom" />
import { expect, type Page, test } from '@playwright/test'
import { useLocalCloud } from '../packages/local-cloud/src/testing/local-cloud.ts'
import { signIn } from './sign-in.ts'

test('the parts of the frame and of the board, as a screen reader is told them', async ({ page }) => {
  const cloud = useLocalCloud()
  await signIn(page, cloud, 'operator', '/topics')
  await expect(page.locator('[data-topic=orders]')).toBeVisible()

  await expect(page.getByRole('navigation', { name: 'Pages' })).toMatchAriaSnapshot(`
    - navigation "Pages":
      - link /Topics/
      - link /Dead letters/
      - link /Operations/
      - link "Audit"
      - link "System"
  `)
  await expect(page.getByRole('main')).toMatchAriaSnapshot(`
    - main:
      - heading "Topics" [level=1]
      - group "Filter by verdict":
        - button /Degraded \\d+/
        - button /Warning \\d+/
        - button /Paused \\d+/
        - button /Unknown \\d+/
        - button /Healthy \\d+/
      - button "Views"
      - searchbox "Filter topics by name or owner"
      - combobox "Owner"
      - table "Topics":
        - row /Topic Verdict/:
          - columnheader /Topic/:
            - checkbox "Select the topics shown"
            - button "Topic"
  `)
  await expect(page.locator('[data-topic=orders]')).toMatchAriaSnapshot(`
    - row /orders/:
      - cell /orders/:
        - checkbox "Select orders"
        - link /orders/
      - cell /Healthy|Warning|Unknown|Degraded|Paused/
  `)
})

test('a page loaded anew comes with its first data: nothing is asked before it is seen', async ({ page }) => {
  const cloud = useLocalCloud()
  await signIn(page, cloud, 'viewer', '/topics')
  await expect(page.locator('[data-topic=orders]')).toBeVisible()
  for (const [path, part] of [
    ['/topics', 'data-topic='],
    ['/topics/orders', 'aria-label="Flow"'],
    ['/dead-letters?status=all', 'data-group='],
  ] as const) {
    // Now and then the API takes longer than the server waits for it: then the browser asks, as from another page.
    await expect
      .poll(async () => (await (await page.goto(`${cloud.consoleUrl}${path}`))?.text())?.includes(part), {
        message: path,
      })
      .toBe(true)
  }
})

test('the dialog of a bulk action says what it is, what it does, and keeps the focus', async ({ page }) => {
  const cloud = useLocalCloud()
  await signIn(page, cloud, 'operator', '/dead-letters?status=all&view=messages')
  await page.getByRole('listitem').getByRole('checkbox').first().click()
  await page.getByRole('region', { name: 'Selection' }).getByRole('button', { name: 'Replay…' }).click()

  const dialog = page.getByRole('dialog', { name: 'Replay' })
  await expect(dialog).toMatchAriaSnapshot(`
    - dialog "Replay":
      - heading "Replay" [level=2]
      - paragraph: Sends the messages, unchanged and with all their attributes, to the queue each came from.
      - button "Close"
  `)
  for (let presses = 0; presses < 14; presses += 1) {
    await page.keyboard.press('Tab')
    expect(await dialog.evaluate((element) => element.contains(document.activeElement))).toBe(true)
  }
})

test('the focus goes from the top to the content in the order of reading', async ({ page }) => {
  const cloud = useLocalCloud()
  await signIn(page, cloud, 'operator', '/topics')
  await expect(page.locator('[data-topic=orders]')).toBeVisible()
  await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur())

  const order = await walk(page, 45)

  expect(order[0]).toBe('Skip to the page')
  const places = [
    'Lean-Ops',
    'Search or jump to',
    'account of',
    'Topics',
    'Degraded',
    'Views',
    'Filter topics',
    'Columns',
    'Select the topics shown',
  ].map((name) => order.findIndex((one) => one.includes(name)))
  expect(places).not.toContain(-1)
  expect(places).toEqual([...places].sort((a, b) => a - b))
  // One stop for the rows of the board (its box and its link), not one per row.
  expect(order.filter((name) => /^Select (?!the)/.test(name)).length).toBe(1)
})

test('the skip link skips, and each focus can be seen', async ({ page }) => {
  const cloud = useLocalCloud()
  await signIn(page, cloud, 'operator', '/topics')
  await expect(page.locator('[data-topic=orders]')).toBeVisible()
  await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur())
  await page.keyboard.press('Tab')
  const skip = page.getByRole('link', { name: 'Skip to the page' })
  await expect(skip).toBeInViewport()
  await page.keyboard.press('Enter')
  await expect(page.locator('#main')).toBeFocused()

  for (let presses = 0; presses < 12; presses += 1) {
    await page.keyboard.press('Tab')
    const seen = await page.evaluate(() => {
      const style = getComputedStyle(document.activeElement as Element)
      return Number.parseFloat(style.outlineWidth) > 0 && style.outlineStyle !== 'none'
    })
    expect(seen).toBe(true)
  }
})

test('who asked for less motion gets none', async ({ page }) => {
  const cloud = useLocalCloud()
  await page.emulateMedia({ reducedMotion: 'reduce' })
  await signIn(page, cloud, 'operator', '/topics')
  await expect(page.locator('[data-topic=orders]')).toBeVisible()
  await page.getByRole('button', { name: 'Refresh now' }).click()

  const moving = await page.evaluate(() =>
    document
      .getAnimations()
      .map((animation) => animation.effect?.getComputedTiming())
      .filter((timing) => Number(timing?.activeDuration ?? 0) > 50)
      .map((timing) => timing?.activeDuration),
  )
  expect(moving).toEqual([])
})

async function walk(page: Page, presses: number): Promise<string[]> {
  const names: string[] = []
  for (let press = 0; press < presses; press += 1) {
    await page.keyboard.press('Tab')
    names.push(
      await page.evaluate(() => {
        const element = document.activeElement
        return element?.getAttribute('aria-label') ?? element?.textContent?.trim() ?? ''
      }),
    )
  }
  return names
}
