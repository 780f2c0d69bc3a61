/// <reference lib="dom" />
import { gzipSync } from 'node:zlib'
import type { Browser, Page } from '@playwright/test'
import type { SeededConsole } from '../../packages/local-cloud/src/testing/seeded-console.ts'
import { longestTask } from './longest-task.ts'
import { countRowRenders, holdIdleWork, startProbes, type Vitals } from './page-probes.ts'

export type View = {
  name: string
  path: string
  /** Something of the content, not of its placeholder. */
  ready: string
  /** What a reader does first; its slowest answer counts as the view's INP. */
  act(page: Page): Promise<void>
}

export type ViewMeasure = Vitals & {
  /** Processor time of the longest task of the page's main thread. */
  longestTaskMs: number
  /** Of all scripts that the content was drawn with, each compressed by itself as a server does. */
  javascriptBytes: number
  requests: number
  apiRequests: number
  nodes: number
}

const settleMs = 700

/** Opens a view cold, in a browser context of its own, throttled, and does what a reader does first. */
export async function measureView(
  browser: Browser,
  seeded: SeededConsole,
  view: View,
  throttle: number,
): Promise<ViewMeasure> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } })
  await context.addCookies([await seeded.signIn('admin')])
  await context.addInitScript(startProbes)
  await context.addInitScript(holdIdleWork)
  const page = await context.newPage()
  const scripts: Promise<number>[] = []
  let requests = 0
  let apiRequests = 0
  page.on('response', (response) => {
    requests += 1
    if (new URL(response.url()).pathname.startsWith('/api/')) apiRequests += 1
    if (response.request().resourceType() === 'script')
      scripts.push(
        response.body().then(
          (body) => gzipSync(body).length,
          () => 0,
        ),
      )
  })
  await browser.startTracing(page, { categories: ['toplevel', '__metadata'] })
  const devtools = await context.newCDPSession(page)
  await devtools.send('Emulation.setCPUThrottlingRate', { rate: throttle })
  await page.goto(`${seeded.consoleUrl}${view.path}`)
  await page.locator(view.ready).first().waitFor({ timeout: 120_000 })
  const firstLoad = {
    javascriptBytes: (await Promise.all(scripts)).reduce((sum, bytes) => sum + bytes, 0),
    requests,
    apiRequests,
    nodes: await page.evaluate(() => document.querySelectorAll('*').length),
  }
  await page.evaluate(() => (window as unknown as { startIdle(): void }).startIdle())
  await page.waitForTimeout(settleMs)
  await view.act(page)
  await page.waitForTimeout(settleMs)
  const vitals = await page.evaluate(() => (window as unknown as { probes: Vitals }).probes)
  const longestTaskMs = longestTask(await browser.stopTracing())
  await context.close()
  return { ...firstLoad, ...vitals, longestTaskMs }
}

/** Changes some topics behind an open board, and says which rows React has called for it. */
export async function measureRefresh(
  browser: Browser,
  seeded: SeededConsole,
  changed: number,
): Promise<{ changed: number; rendered: number; others: number }> {
  // Samples that pass an age limit meanwhile would change their rows, too, and rightly so.
  await seeded.query(
    `UPDATE topic_status SET queue_collected_at = now(), queue_oldest_collected_at = now(),
       mapping_collected_at = now(), raw_collected_at = now(), dead_letters_collected_at = now()`,
  )
  await seeded.query("UPDATE versions SET version = version + 1 WHERE noun = 'topics'")
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } })
  await context.addCookies([await seeded.signIn('admin')])
  await context.addInitScript(countRowRenders)
  const page = await context.newPage()
  await page.goto(`${seeded.consoleUrl}/topics?sort=topic`)
  // Rows in sight and a little around them are all there is in the document.
  await page.locator('[data-topic]').nth(changed).waitFor({ timeout: 120_000 })
  await page.waitForTimeout(3 * settleMs)
  const topics = await page
    .locator('[data-topic]')
    .evaluateAll(
      (rows, count) => rows.slice(0, count).map((row) => row.getAttribute('data-topic') ?? ''),
      changed,
    )
  await page.evaluate(() => {
    ;(window as unknown as { renderedRows: string[] }).renderedRows.length = 0
  })
  await seeded.query('UPDATE topic_status SET queue_visible = 987654 WHERE topic = ANY($1)', [topics])
  await seeded.query("UPDATE versions SET version = version + 1 WHERE noun = 'topics'")
  // As when the reader comes back to the tab: the page asks at once instead of at the next poll, for the same answer.
  await page.evaluate(() => window.dispatchEvent(new Event('visibilitychange')))
  await page
    .locator('[data-topic]', { hasText: '987.6 k' })
    .nth(topics.length - 1)
    .waitFor({ timeout: 60_000 })
  const rendered = await page.evaluate(() => (window as unknown as { renderedRows: string[] }).renderedRows)
  await context.close()
  const distinct = new Set(rendered)
  return {
    changed: topics.length,
    rendered: distinct.size,
    others: [...distinct].filter((topic) => !topics.includes(topic)).length,
  }
}
