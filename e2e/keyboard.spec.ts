import { expect, test } from '@playwright/test'
import { useLocalCloud } from '../packages/local-cloud/src/testing/local-cloud.ts'
import { lists } from './sample-bodies.ts'
import { sendBodies } from './send-bodies.ts'
import { signIn } from './sign-in.ts'
import { waitForLetters } from './wait-for-letters.ts'

const topic = 'events'

test('triage without a mouse: to the letters, through the rows, into one, and up to the edge of acting', async ({
  page,
}) => {
  const cloud = useLocalCloud()
  const sent = await sendBodies(cloud.endpoint, topic, lists(3, 'keys'))
  await signIn(page, cloud, 'operator', '/topics')
  await waitForLetters(page, cloud, sent)
  await expect(page.locator('[data-topic=orders]')).toBeVisible()
  const key = (...keys: string[]) =>
    keys.reduce((done, one) => done.then(() => page.keyboard.press(one)), Promise.resolve())

  await key('g', 'd')
  await expect(page).toHaveURL(/dead-letters/)
  await page.goto(`${cloud.consoleUrl}/dead-letters?topic=${topic}`)
  await expect(page.getByRole('list', { name: 'Error groups' })).toBeVisible()
  await key('v')
  await expect(page).toHaveURL(/view=messages/)
  const rows = page.locator('[data-letter]')
  await expect(rows.first()).toBeVisible()

  await key('j')
  await expect(rows.nth(0)).toBeFocused()
  await key('j')
  await expect(rows.nth(1)).toBeFocused()
  await key('k', 'x')
  await expect(page.getByRole('checkbox', { name: /^Select (?!the)/ }).first()).toBeChecked()
  await key('Enter')
  const inspector = page.getByRole('complementary', { name: 'Inspector' })
  await expect(inspector).toBeVisible()
  await key('j')
  await expect(rows.nth(1)).toBeFocused()
  await expect(page).toHaveURL(new RegExp(`id=${await rows.nth(1).getAttribute('data-letter')}`))

  await key('r')
  const dialog = page.getByRole('dialog', { name: 'Replay' })
  await expect(dialog).toBeVisible()
  await key('j', 'x', 'g', 'o')
  await expect(dialog).toBeVisible()
  await expect(page).toHaveURL(/dead-letters/)
  // Escape peels one layer at a time, and the focus is where it was.
  await key('Escape')
  await expect(dialog).toHaveCount(0)
  await expect(rows.nth(1)).toBeFocused()
  const plans = page.waitForRequest((request) => request.url().endsWith('/api/plans'))
  await key('d')
  expect((await plans).postDataJSON().parameters).toEqual({ kind: 'discard' })
  await key('Escape')

  await key('/')
  const search = page.getByRole('searchbox', { name: /Text in the body/ })
  await expect(search).toBeFocused()
  await page.keyboard.type('rjdx?')
  await expect(page.getByRole('dialog')).toHaveCount(0)
  await expect(search).toHaveValue('rjdx?')
})

test('keys can be moved and switched off, and the sheet says so', async ({ page }) => {
  const cloud = useLocalCloud()
  await signIn(page, cloud, 'viewer', '/topics')
  const first = page.locator('[data-topic]').first()
  await expect(first).toBeVisible()
  await page.keyboard.press('?')
  const sheet = page.getByRole('dialog', { name: 'Keys' })
  await sheet
    .getByRole('region', { name: 'Topics' })
    .getByRole('button', { name: /“Select the row”/ })
    .click()
  await page.keyboard.type('j')
  await expect(sheet.getByRole('alert')).toContainText('Next row')
  await page.keyboard.press('Escape')
  await expect(sheet).toBeVisible()
  await sheet
    .getByRole('region', { name: 'Topics' })
    .getByRole('button', { name: /“Select the row”/ })
    .click()
  await page.keyboard.type('s')
  await page.keyboard.press('Enter')
  await page.keyboard.press('Escape')
  await expect(sheet).toHaveCount(0)

  await page.keyboard.press('j')
  await page.keyboard.press('x')
  await expect(first.getByRole('checkbox')).not.toBeChecked()
  await page.keyboard.press('s')
  await expect(first.getByRole('checkbox')).toBeChecked()

  await page.keyboard.press('?')
  await sheet.getByRole('checkbox', { name: /Single keys act/ }).uncheck()
  await page.keyboard.press('Escape')
  await page.keyboard.press('g')
  await page.keyboard.press('d')
  await expect(page).toHaveURL(/topics/)
  await page.keyboard.press('ControlOrMeta+k')
  await expect(page.getByRole('dialog', { name: 'Search or jump to' })).toBeVisible()
})

test('the palette finds topics, pages and an id', async ({ page }) => {
  const cloud = useLocalCloud()
  await signIn(page, cloud, 'viewer', '/topics')
  const input = page.getByRole('combobox', { name: 'Search or jump to' })
  await page.keyboard.press('ControlOrMeta+k')
  await expect(input).toBeFocused()
  await page.keyboard.type('payments')
  await page
    .getByRole('option', { name: /payments/ })
    .first()
    .waitFor()
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(/topics\/payments/)
  await page.keyboard.press('ControlOrMeta+k')
  await expect(input).toBeFocused()
  await page.keyboard.type('7f3a0c11-52ad')
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(/dead-letters.*7f3a0c11-52ad/)
})
