import path from 'node:path'
import type { Page } from '@playwright/test'
import { type DemoRole, readOrCreateSecrets } from '../packages/local-cloud/src/oidc/local-secrets.ts'
import type { TestCloud } from '../packages/local-cloud/src/testing/local-cloud.ts'

/** Opens a page of the console as a demo user, by way of the sign-in that a person takes. */
export async function signIn(page: Page, cloud: TestCloud, role: DemoRole, to: string): Promise<void> {
  const { passwords } = readOrCreateSecrets(path.join(cloud.folder, 'state/oidc'))
  await page.goto(`${cloud.consoleUrl}${to}`)
  // By its role: the console's own page, seen for a moment before the redirect, may have labels with the word in them.
  await page.getByRole('textbox', { name: 'User' }).fill(role)
  await page.getByLabel('Password').fill(passwords[role])
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.waitForURL(`${cloud.consoleUrl}${to}*`)
}
