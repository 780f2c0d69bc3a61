/** `npm run screenshots`: every page of the running console, light and dark, at 1280 and 390 px, into docs/screenshots; with names (`-- topics operation`) only those. */
import { mkdirSync } from 'node:fs'
import path from 'node:path'
import { type Browser, chromium, type Page } from '@playwright/test'
import { readOrCreateSecrets } from '../packages/local-cloud/src/oidc/local-secrets.ts'
import { localPaths, rootDir } from '../packages/local-cloud/src/supervisor/local-paths.ts'
import { readRunFile } from '../packages/local-cloud/src/supervisor/run-file.ts'
import config from '../playwright.config.ts'

const pages = {
  topics: '/topics',
  topic: '/topics/orders',
  'dead-letter-groups': '/dead-letters',
  'dead-letter-messages': '/dead-letters?view=messages',
  operations: '/operations',
  audit: '/audit',
  system: '/system',
} as const

/** Polls and the first paint of charts are over by then. */
const settledMs = 2_500
const folder = path.join(rootDir, 'docs/screenshots')

const wanted = process.argv.slice(2)
const paths = localPaths()
const consoleUrl = readRunFile(paths.runFile)?.urls.console
if (consoleUrl === undefined) {
  process.stderr.write('The console is not running: `npm start` first.\n')
  process.exit(1)
}
mkdirSync(folder, { recursive: true })
const browser = await chromium.launch(config.use?.launchOptions ?? {})
for (const colorScheme of ['light', 'dark'] as const) {
  const page = await signedIn(browser, consoleUrl, colorScheme)
  for (const [name, address] of Object.entries({ ...pages, ...(await firstOperation(page, consoleUrl)) })) {
    if (wanted.length > 0 && !wanted.includes(name)) continue
    for (const width of [1280, 390]) {
      await page.setViewportSize({ width, height: width === 1280 ? 800 : 844 })
      await page.goto(`${consoleUrl}${address}`)
      await page.waitForTimeout(settledMs)
      await page.screenshot({ path: path.join(folder, `${name}-${colorScheme}-${width}.png`) })
      process.stdout.write(`${name} ${colorScheme} ${width}\n`)
    }
  }
  await page.context().close()
}
await browser.close()

async function signedIn(from: Browser, url: string, colorScheme: 'light' | 'dark'): Promise<Page> {
  const context = await from.newContext({ colorScheme, reducedMotion: 'reduce' })
  const page = await context.newPage()
  const { passwords } = readOrCreateSecrets(path.join(paths.base, 'state/oidc'))
  await page.goto(`${url}/topics`)
  await page.getByRole('textbox', { name: 'User' }).fill('admin')
  await page.getByLabel('Password').fill(passwords.admin)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.waitForURL(`${url}/topics*`)
  return page
}

async function firstOperation(page: Page, url: string): Promise<Record<string, string>> {
  const answer = await page.request.get(`${url}/api/operations?limit=1&kind=replay&kind=transform-and-replay`)
  const { operations } = (await answer.json()) as { operations: { id: string }[] }
  return operations[0] ? { operation: `/operations/${operations[0].id}` } : {}
}
