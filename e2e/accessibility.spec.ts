import AxeBuilder from '@axe-core/playwright'
import { expect, test } from '@playwright/test'
import { useLocalCloud } from '../packages/local-cloud/src/testing/local-cloud.ts'
import { signIn } from './sign-in.ts'

const pages = [
  { path: '/topics', heading: 'Topics' },
  { path: '/topics/orders', heading: 'orders' },
  { path: '/dead-letters', heading: 'Dead letters' },
  { path: '/dead-letters?view=messages', heading: 'Dead letters' },
  { path: '/operations', heading: 'Operations' },
  { path: '/audit', heading: 'Audit' },
  { path: '/system', heading: 'System' },
] as const

for (const colorScheme of ['light', 'dark'] as const)
  test(`axe finds nothing on any page, ${colorScheme}`, async ({ page }) => {
    test.setTimeout(240_000)
    const cloud = useLocalCloud()
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    await signIn(page, cloud, 'admin', '/topics')
    for (const { path, heading } of pages) {
      await page.goto(`${cloud.consoleUrl}${path}`)
      await expect(page.getByRole('heading', { name: heading, level: 1 })).toBeVisible()
      const { violations } = await new AxeBuilder({ page }).analyze()
      const found = violations.map(
        (v) => `${path}: ${v.id}: ${v.nodes.map((n) => n.target.join(' ')).join(', ')}`,
      )
      expect(found).toEqual([])
    }
  })
