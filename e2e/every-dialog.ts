import { expect, type Page } from '@playwright/test'

export type OpenedDialog = {
  name: string
  path: string
  open(page: Page): Promise<void>
}

const shown = (page: Page, name: string | RegExp) =>
  expect(page.getByRole('dialog', { name }).last()).toBeVisible()

/** Every dialog, menu and popover of the console and the way to it; `letterId` is an open dead letter of payments. */
export function everyDialog(letterId: string): readonly OpenedDialog[] {
  const letter = `/dead-letters?view=messages&topic=payments&id=${letterId}`
  const selected = async (page: Page, action: string) => {
    await page.getByRole('checkbox', { name: 'Select the loaded rows' }).click()
    await page.getByRole('region', { name: 'Selection' }).getByRole('button', { name: action }).click()
  }
  const list = '/dead-letters?view=messages&topic=payments'
  return [
    {
      name: 'palette',
      path: '/topics',
      open: async (page) => {
        await page
          .getByRole('button', { name: /^Search or jump to/ })
          .first()
          .click()
        await shown(page, 'Search or jump to')
      },
    },
    {
      name: 'keys',
      path: '/topics',
      open: async (page) => {
        await expect(page.locator('[data-topic]').first()).toBeVisible()
        await page.keyboard.press('?')
        await shown(page, 'Keys')
      },
    },
    {
      name: 'save a view',
      path: '/topics',
      open: async (page) => {
        await page.getByRole('button', { name: 'Views' }).click()
        await page.getByRole('menuitem', { name: 'Save what is shown…' }).click()
        await shown(page, 'Save this view')
      },
    },
    {
      name: 'columns menu',
      path: '/topics',
      open: async (page) => {
        await page.getByRole('button', { name: 'Columns' }).click()
        await expect(page.getByRole('menu')).toBeVisible()
      },
    },
    {
      name: 'zone menu',
      path: '/topics',
      open: async (page) => {
        await page
          .getByRole('button', { name: /time zone of all times/ })
          .first()
          .click()
        await expect(page.getByRole('menu')).toBeVisible()
      },
    },
    {
      name: 'topic selection bar',
      path: '/topics',
      open: async (page) => {
        await page.locator('[data-topic=payments]').getByRole('checkbox').click()
        await expect(page.getByRole('region', { name: 'Selection' })).toBeVisible()
      },
    },
    {
      name: 'topic row menu',
      path: '/topics',
      open: async (page) => {
        const row = page.locator('[data-topic=payments]')
        await row.hover()
        await row.getByRole('button', { name: 'Act on payments' }).click()
        await expect(page.getByRole('menuitem', { name: 'Refresh Snowflake…' })).toBeVisible()
      },
    },
    {
      name: 'run now',
      path: '/topics',
      open: async (page) => {
        await page.locator('[data-topic=payments]').getByRole('checkbox').click()
        await page
          .getByRole('region', { name: 'Selection' })
          .getByRole('button', { name: 'Run now…' })
          .click()
        await expect(
          page.getByRole('dialog', { name: 'Run now' }).getByText('topic', { exact: true }),
        ).toBeVisible()
      },
    },
    {
      name: 'pause',
      path: '/topics/payments',
      open: async (page) => {
        await page.getByRole('button', { name: 'Pause…' }).click()
        await shown(page, 'Pause payments?')
      },
    },
    {
      name: 'facet',
      path: '/dead-letters',
      open: async (page) => {
        await page.getByRole('button', { name: /^Code/ }).click()
        await expect(page.getByRole('dialog')).toBeVisible()
      },
    },
    {
      name: 'group menu',
      path: '/dead-letters?topic=payments',
      open: async (page) => {
        await page
          .getByRole('button', { name: /^Act on/ })
          .first()
          .click()
        await expect(page.getByRole('menu')).toBeVisible()
      },
    },
    {
      name: 'replay',
      path: list,
      open: async (page) => {
        await selected(page, 'Replay…')
        await expect(page.getByRole('dialog').getByText(/would (pass|still fail)/)).toBeVisible({
          timeout: 60_000,
        })
      },
    },
    {
      name: 'discard',
      path: list,
      open: async (page) => {
        await selected(page, 'Discard…')
        await expect(page.getByLabel('Reason, kept in the audit')).toBeVisible()
      },
    },
    {
      name: 'export',
      path: list,
      open: async (page) => {
        await selected(page, 'Export…')
        await expect(page.getByLabel('Reason, kept in the audit')).toBeVisible()
      },
    },
    {
      name: 'transform',
      path: list,
      open: async (page) => {
        await selected(page, 'Transform…')
        await expect(page.getByRole('region', { name: 'A sample message' })).toBeVisible()
      },
    },
    {
      name: 'edit',
      path: letter,
      open: async (page) => {
        await page.getByRole('button', { name: 'Edit and replay…' }).click()
        await expect(page.locator('.cm-content')).toBeVisible()
      },
    },
    {
      name: 'unmask',
      path: letter,
      open: async (page) => {
        await page.getByRole('button', { name: 'Unmask…' }).click()
        await shown(page, 'See this message in clear?')
      },
    },
  ]
}
