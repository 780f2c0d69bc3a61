import type { Page } from '@playwright/test'
import type { View } from './measure-view.ts'

const press = async (page: Page, keys: readonly string[]) => {
  for (const key of keys) await page.keyboard.press(key)
}

/** What a quick run measures: the pages of an incident, which are the heaviest, too. */
export const quickViews: ReadonlySet<string> = new Set([
  'topics (700)',
  'topic',
  'dead letters, groups',
  'dead letters, messages',
  'a body of 1 MiB',
])

/** The pages with what a reader does first on each. `operationId` and `largeId` (a body of 1 MiB) are of the seeded fleet. */
export function views(operationId: string, largeId: string): View[] {
  return [
    {
      name: 'topics (700)',
      path: '/topics',
      ready: '[data-topic]',
      act: async (page) => {
        await press(page, ['j', 'j', 'k', 'x'])
        await page.locator('main input[type=search]').pressSequentially('orders')
        await page.locator('main button[aria-pressed]', { hasText: 'Backlog' }).click()
      },
    },
    {
      name: 'topic',
      path: '/topics/orders',
      ready: '[aria-label="Flow"]',
      act: async (page) => {
        await page.getByRole('tab').nth(2).click()
        await page.getByRole('tab').nth(0).click()
      },
    },
    {
      name: 'dead letters, groups',
      path: '/dead-letters',
      ready: '[data-group]',
      act: (page) => press(page, ['j', 'j', 'k', 'Enter']),
    },
    {
      name: 'dead letters, messages',
      path: '/dead-letters?view=messages',
      ready: '[data-letter]',
      act: (page) => press(page, ['j', 'x', 'j', 'x', 'Enter', 'j']),
    },
    {
      name: 'a body of 1 MiB',
      path: `/dead-letters?view=messages&status=all&id=${largeId}`,
      ready: '[role=tabpanel] .num',
      act: async (page) => {
        const more = page.locator('button', { hasText: 'Load all of it' })
        await page.locator('[role=tree]').or(more).first().waitFor({ timeout: 120_000 })
        if (await more.isVisible()) await more.click()
        await page.getByRole('tree').waitFor({ timeout: 60_000 })
        await page.getByRole('tree').focus()
        await press(page, ['ArrowDown', 'ArrowDown', 'ArrowLeft', 'ArrowRight'])
      },
    },
    {
      name: 'operations',
      path: '/operations',
      ready: 'main a[href^="/operations/"]',
      act: (page) => press(page, ['j', 'j', 'k']),
    },
    {
      name: 'operation',
      path: `/operations/${operationId}`,
      ready: '[aria-label="Progress"]',
      act: async (page) => {
        await page
          .getByRole('group', { name: /outcome/ })
          .getByRole('button')
          .first()
          .click()
      },
    },
    {
      name: 'audit',
      path: '/audit',
      ready: 'main tbody tr, main li',
      act: (page) => page.locator('main input').first().pressSequentially('replay'),
    },
    {
      name: 'system',
      path: '/system',
      ready: 'main dl, main section',
      act: (page) => press(page, ['Tab', 'Tab', 'Tab']),
    },
  ]
}
