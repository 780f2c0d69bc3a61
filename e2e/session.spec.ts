import path from 'node:path'
import { expect, test } from '@playwright/test'
import { readOrCreateSecrets } from '../packages/local-cloud/src/oidc/local-secrets.ts'
import { useLocalCloud } from '../packages/local-cloud/src/testing/local-cloud.ts'
import { expireSession } from './read-session.ts'
import { lists } from './sample-bodies.ts'
import { sendBodies } from './send-bodies.ts'
import { signIn } from './sign-in.ts'
import { queryOf, waitForLetters } from './wait-for-letters.ts'

const topic = 'gh-pull-request'

test('a session that ends in the middle of a bulk action: sign in beside it, and the same action goes on', async ({
  page,
  context,
}) => {
  test.setTimeout(240_000)
  const cloud = useLocalCloud()
  const sent = await sendBodies(cloud.endpoint, topic, lists(2, 'expired'))
  await signIn(page, cloud, 'operator', '/topics')
  await waitForLetters(page, cloud, sent)
  await page.goto(`${cloud.consoleUrl}/dead-letters?view=messages&${queryOf(sent)}`)
  await page.getByRole('checkbox', { name: 'Select the loaded rows' }).click()
  await page.getByRole('region', { name: 'Selection' }).getByRole('button', { name: 'Discard…' }).click()
  const reason = page.getByLabel('Reason, kept in the audit')
  await reason.fill('written before the session ended')

  await expireSession(context, cloud)
  await page.getByRole('button', { name: /^Discard 2 / }).click()
  const over = page.getByRole('dialog', { name: 'Your session has ended' })
  await expect(over).toBeVisible()

  const opened = context.waitForEvent('page')
  await over.getByRole('link', { name: 'Sign in again' }).click()
  const window = await opened
  const { passwords } = readOrCreateSecrets(path.join(cloud.folder, 'state/oidc'))
  // The provider may still know the person, and then asks nothing.
  const user = window.getByRole('textbox', { name: 'User' })
  await Promise.race([
    user.waitFor().catch(() => undefined),
    window.waitForEvent('close').catch(() => undefined),
  ])
  if (!window.isClosed() && (await user.isVisible())) {
    await user.fill('operator')
    await window.getByLabel('Password').fill(passwords.operator)
    await window.getByRole('button', { name: 'Sign in' }).click()
  }
  await expect(over).toHaveCount(0)

  await expect(reason).toHaveValue('written before the session ended')
  await page.getByRole('button', { name: /^Discard 2 / }).click()
  await expect(page.getByText(/Discard 2 /).last()).toBeVisible()
  await waitForLetters(page, cloud, sent, 'discarded')
})

test('signing out ends the session here and at the API', async ({ page }) => {
  const cloud = useLocalCloud()
  await signIn(page, cloud, 'viewer', '/topics')
  await page.getByRole('button', { name: /account of/ }).click()
  await page.getByRole('menuitem', { name: 'Sign out' }).click()
  await page.waitForURL(/signed-out|session\/end/)

  const me = await page.request.get(`${cloud.consoleUrl}/api/me`)
  expect(me.status()).toBe(401)
})
