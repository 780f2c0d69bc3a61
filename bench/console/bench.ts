import { chromium } from '@playwright/test'
import { startSeededConsole } from '../../packages/local-cloud/src/testing/seeded-console.ts'
import config from '../../playwright.config.ts'
import type { Bench, BenchCheck } from '../define-bench.ts'
import { median } from '../median.ts'
import { measureRefresh, measureView, type ViewMeasure } from './measure-view.ts'
import { calibrateThrottle } from './throttle.ts'
import { quickViews, views } from './views.ts'

const javascriptMax = 250_000
const taskMaxMs = 200
const changedRows = 7

/** The production build must be there: `node scripts/setup.mjs console`. */
export const bench: Bench = {
  title: 'Console: what a page costs a browser, on a fleet of 700 topics',
  async run({ isQuick, say }) {
    const runs = isQuick ? 1 : 5
    const deadLetters = isQuick ? 2_000 : 100_000
    const throttle = calibrateThrottle()
    say(`this machine: ${throttle.roundsPerMs} rounds/ms, so that the browser runs ${throttle.rate} × slower`)
    const seeded = await startSeededConsole({ topics: 700, deadLetters, seed: 1 }, say)
    const browser = await chromium.launch(config.use?.launchOptions ?? {})
    try {
      const { operationId, largeId } = await subjects(seeded)
      const measured: { name: string; all: ViewMeasure[] }[] = []
      for (const view of views(operationId, largeId)) {
        if (isQuick && !quickViews.has(view.name)) continue
        const all: ViewMeasure[] = []
        for (let run = 0; run < runs; run += 1)
          all.push(await measureView(browser, seeded, view, throttle.rate))
        measured.push({ name: view.name, all })
        // At once, so that a view that cannot be measured does not take the others' figures with it.
        say(rowOf(view.name, all).join(' · '))
      }
      const refresh = await measureRefresh(browser, seeded, changedRows)
      const rows = measured.map(({ name, all }) => rowOf(name, all))
      const worst = (key: keyof ViewMeasure) =>
        measured
          .map(({ name, all }) => ({ name, value: middle(all, key) }))
          .reduce((a, b) => (b.value > a.value ? b : a))
      const [script, task] = [worst('javascriptBytes'), worst('longestTaskMs')]
      const checks: BenchCheck[] = [
        {
          name: 'first load of JavaScript ≤ 250 KB (gzip) on every route',
          isKept: script.value <= javascriptMax,
          detail: `${kilobytes(script.value)} on ${script.name}`,
        },
        {
          name: 'no task > 200 ms on the reference machine',
          isKept: task.value <= taskMaxMs,
          detail: `${Math.round(task.value)} ms on ${task.name}`,
        },
        {
          name: 'rows drawn again = rows changed',
          isKept: refresh.rendered === refresh.changed && refresh.others === 0,
          detail: `${refresh.changed} of 700 changed, ${refresh.rendered} drawn, ${refresh.others} others`,
        },
      ]
      return {
        tables: [
          {
            title: `Medians of ${runs} run(s), cold, throttled ${throttle.rate} ×`,
            columns: [
              'view',
              'JS gzip',
              'requests',
              'of them API',
              'DOM nodes',
              'longest task, CPU ms',
              'LCP ms',
              'INP ms',
            ],
            rows,
          },
        ],
        checks,
        figures: {
          throttleRate: throttle.rate,
          ...Object.fromEntries(
            measured.flatMap(({ name, all }) => [
              [`${name}: js bytes`, middle(all, 'javascriptBytes')],
              [`${name}: longest task ms`, Math.round(middle(all, 'longestTaskMs'))],
              [`${name}: lcp ms`, Math.round(middle(all, 'lcpMs'))],
              [`${name}: inp ms`, Math.round(middle(all, 'slowestEventMs'))],
              [`${name}: dom nodes`, middle(all, 'nodes')],
            ]),
          ),
          rowsChanged: refresh.changed,
          rowsDrawn: refresh.rendered,
        },
      }
    } finally {
      await browser.close()
      await seeded.stop()
    }
  },
}

const middle = (all: readonly ViewMeasure[], key: keyof ViewMeasure): number =>
  median(all.map((one) => one[key]))

const rowOf = (name: string, all: readonly ViewMeasure[]): (string | number)[] => [
  name,
  kilobytes(middle(all, 'javascriptBytes')),
  middle(all, 'requests'),
  middle(all, 'apiRequests'),
  middle(all, 'nodes'),
  Math.round(middle(all, 'longestTaskMs')),
  Math.round(middle(all, 'lcpMs')),
  Math.round(middle(all, 'slowestEventMs')),
]

const kilobytes = (bytes: number): string => `${(bytes / 1_000).toFixed(1)} KB`

/** The newest operation that has messages (its outcomes are buttons), and the largest body. */
async function subjects(seeded: {
  query(sql: string): Promise<unknown>
}): Promise<{ operationId: string; largeId: string }> {
  const first = async (sql: string) =>
    ((await seeded.query(sql)) as { rows: { id: string }[] }).rows[0]?.id ?? ''
  return {
    operationId: await first('SELECT id FROM operations WHERE total > 0 ORDER BY created_at DESC LIMIT 1'),
    largeId: await first('SELECT id FROM dead_letters ORDER BY size_bytes DESC LIMIT 1'),
  }
}
