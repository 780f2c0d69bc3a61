import { execFile } from 'node:child_process'
import { cpSync, mkdirSync, rmSync, symlinkSync } from 'node:fs'
import path from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from '@playwright/test'
import { rootDir } from '../packages/local-cloud/src/supervisor/local-paths.ts'
import { useLocalCloud } from '../packages/local-cloud/src/testing/local-cloud.ts'
import { type FunctionHandler, serveLambda } from '../packages/local-cloud/src/testing/serve-lambda.ts'
import { signIn } from './sign-in.ts'

const run = promisify(execFile)
const source = path.join(rootDir, 'apps/console')
/** Beside the build that the test cloud serves, which would otherwise be overwritten while it runs; as deep as the original. */
const copy = path.join(rootDir, '.local/open-next')
const folder = path.join(copy, 'apps/console')
const buildMs = 600_000

let served: { url: string; stop: () => Promise<void> } | undefined
test.afterAll(() => served?.stop())

test('the build that goes to AWS answers as the console does: page, headers, redirect to the sign-in, POST', async ({
  page,
}) => {
  test.setTimeout(buildMs)
  const cloud = useLocalCloud()
  process.env.API_URL = cloud.apiUrl
  process.env.STAGE = 'on-aws'
  served = await buildAndServe()
  const { url } = served

  const first = await page.request.get(`${url}/topics`)
  expect(first.status()).toBe(200)
  expect(first.headers()).toMatchObject({
    'x-frame-options': 'DENY',
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'same-origin',
  })
  expect(first.headers()['x-powered-by']).toBeUndefined()
  expect(await first.text()).toContain('on-aws')

  const login = await page.request.get(`${url}/auth/login?returnTo=/topics`, { maxRedirects: 0 })
  expect(login.status()).toBe(302)
  expect(login.headers().location).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/.*code_challenge=/)
  expect(login.headersArray().filter(({ name }) => name.toLowerCase() === 'set-cookie')).not.toEqual([])

  // The provider sends people to the address it knows; the session's cookie is the same for every port of this host.
  await signIn(page, cloud, 'operator', '/topics')
  await page.goto(`${url}/topics`)
  await expect(page.locator('[data-topic=orders]')).toBeVisible()
  await page
    .getByRole('link', { name: /^Dead letters/ })
    .first()
    .click()
  await expect(page.getByRole('heading', { level: 1, name: 'Dead letters' })).toBeVisible()
  await expect(page).toHaveURL(`${url}/dead-letters`)

  const saved = await page.request.post(`${url}/api/saved-views`, {
    headers: { 'X-Lean-Ops': '1', Origin: cloud.consoleUrl },
    data: { page: 'topics', name: 'made through the function ✓', isShared: false, query: { q: 'orders' } },
  })
  expect(saved.status(), await saved.text()).toBe(201)
  expect(await saved.json()).toMatchObject({ name: 'made through the function ✓' })
  const forged = await page.request.post(`${url}/api/saved-views`, {
    headers: { 'X-Lean-Ops': '1', Origin: 'https://elsewhere.example' },
    data: { page: 'topics', name: 'forged', isShared: false, query: {} },
  })
  expect(forged.status()).toBe(403)
  const missing = await page.request.get(`${url}/no-such-page`)
  expect(missing.status()).toBe(404)
})

async function buildAndServe(): Promise<{ url: string; stop: () => Promise<void> }> {
  rmSync(copy, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  cpSync(path.join(rootDir, 'tsconfig.base.json'), path.join(copy, 'tsconfig.base.json'))
  for (const name of [
    'src',
    'next.config.ts',
    'open-next.config.ts',
    'postcss.config.ts',
    'package.json',
    'tsconfig.json',
  ])
    cpSync(path.join(source, name), path.join(folder, name), { recursive: true })
  symlinkSync(path.join(source, 'node_modules'), path.join(folder, 'node_modules'))
  const command = path.join(source, 'node_modules/@opennextjs/aws/dist/index.js')
  await run(process.execPath, [command, 'build'], {
    cwd: folder,
    env: {
      ...process.env,
      NEXT_TELEMETRY_DISABLED: '1',
      PATH: `${path.dirname(process.execPath)}:${process.env.PATH}`,
    },
    maxBuffer: 64 * 1024 * 1024,
  })
  const built = path.join(folder, '.open-next')
  const { handler } = (await import(path.join(built, 'server-functions/default/index.mjs'))) as {
    handler: FunctionHandler
  }
  return serveLambda(handler, path.join(built, 'assets'))
}
