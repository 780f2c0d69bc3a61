/// <reference lib="dom" />
import { expect, test } from '@playwright/test'
import { type SeededConsole, startSeededConsole } from '../packages/local-cloud/src/testing/seeded-console.ts'

/** 10,000 in `npm test`; the million of the budgets with `LEAN_OPS_DEAD_LETTERS=1000000`. */
const deadLetters = Number(process.env.LEAN_OPS_DEAD_LETTERS ?? 10_000)
const topics = 700

let seeded: SeededConsole
test.beforeAll(async () => {
  test.setTimeout(900_000)
  seeded = await startSeededConsole({ topics, deadLetters, seed: 1 })
})
test.afterAll(() => seeded.stop())
test.beforeEach(async ({ context }) => {
  await context.addCookies([await seeded.signIn('admin')])
})

test('700 topics: every row is found, sorted and filtered, and a refresh draws only what changed', async ({
  page,
}) => {
  await page.goto(`${seeded.consoleUrl}/topics`)
  // By selector, not by role: computing the roles and names of 700 rows takes longer than all else here.
  const board = page.locator('[role=table][aria-label=Topics]')
  const byTopic = page.locator('[role=columnheader] button', { hasText: 'Topic' })
  await expect(board).toHaveAttribute('aria-rowcount', String(topics + 1))
  const names = page.locator('[data-topic]')
  await expect(page.getByText(`${topics} topics`)).toBeVisible()

  const answer = await page.request.get(`${seeded.consoleUrl}/api/topics`)
  const all: { topics: { topic: string }[] } = await answer.json()
  const sorted = all.topics.map(({ topic }) => topic).sort()
  const [first, last] = [sorted[0] ?? '', sorted.at(-1) ?? '']
  await byTopic.click()
  await expect(names.first()).toHaveAttribute('data-topic', first)
  await byTopic.click()
  await expect(names.first()).toHaveAttribute('data-topic', last)
  const one = sorted.find((name) => sorted.every((other) => other === name || !other.includes(name))) ?? ''
  await page.locator('main input[type=search]').fill(one)
  await expect(names).toHaveCount(1)
  await expect(names.first()).toHaveAttribute('data-topic', one)
  await expect(page).toHaveURL(new RegExp(`q=${one}`))

  await page.goto(`${seeded.consoleUrl}/topics?sort=topic`)
  await expect(names.first()).toBeVisible()
  // Something tall comes in above the rows after they were drawn (the document has eight): wherever one then scrolls, there are rows.
  await expect.poll(() => names.count()).toBeGreaterThan(8)
  await page.evaluate(() => {
    const notice = document.createElement('div')
    notice.style.height = '900px'
    document.querySelector('main')?.prepend(notice)
    window.scrollTo(0, 9_000)
  })
  await expect
    .poll(() =>
      page.evaluate(() =>
        [150, 400, 780].every((y) => document.elementFromPoint(300, y)?.closest('[data-topic]') != null),
      ),
    )
    .toBe(true)
  // A page loaded again shows the rows it showed.
  await page.goto(`${seeded.consoleUrl}/topics?sort=topic&dir=asc`)
  await expect.poll(() => names.count()).toBeGreaterThan(8)
  await page.evaluate(() => window.scrollTo(0, 9_000))
  const inSight = () =>
    page.evaluate(() => {
      const row = document.elementFromPoint(300, 400)?.closest('[data-topic]')
      return `${window.scrollY} ${row?.getAttribute('data-topic')}`
    })
  await expect.poll(inSight).toMatch(/^9000 [a-z]/)
  const place = await inSight()
  await page.reload()
  await expect.poll(inSight).toBe(place)
  await page.goto(`${seeded.consoleUrl}/topics?sort=topic`)
  await expect(names.first()).toHaveAttribute('data-topic', first)
  const drawn = await page.evaluate(
    async ([topic]) => {
      const rows = new Set<string>()
      const observer = new MutationObserver((changes) => {
        for (const { target } of changes) {
          const row = (target instanceof Element ? target : target.parentElement)?.closest('[data-topic]')
          if (row) rows.add(row.getAttribute('data-topic') ?? '')
        }
      })
      observer.observe(document.querySelector('[role=rowgroup]') as Element, {
        subtree: true,
        childList: true,
        characterData: true,
      })
      ;(window as unknown as { drawn: Set<string> }).drawn = rows
      return topic
    },
    [first],
  )
  await seeded.query('UPDATE topic_status SET queue_visible = 424242 WHERE topic = $1', [drawn])
  await seeded.query("UPDATE versions SET version = version + 1 WHERE noun = 'topics'")
  await expect(page.locator(`[data-topic="${drawn}"]`)).toContainText('424.2 k')
  const rows = await page.evaluate(() => [...(window as unknown as { drawn: Set<string> }).drawn])
  // Ages tick by the clock, in other rows too: those are texts that changed, and none of them the whole board.
  expect(rows).toContain(drawn)
  expect(rows.length).toBeLessThan(topics / 2)
})

test('many dead letters: counts are exact, "all matching" is what is planned, and paging goes on', async ({
  page,
}) => {
  const facets = await page.request.get(`${seeded.consoleUrl}/api/dead-letters/facets?status=open`)
  const { code } = (await facets.json()) as { code: { value: string; count: number }[] }
  const [common] = code.toSorted((a, b) => b.count - a.count)
  await page.goto(`${seeded.consoleUrl}/dead-letters?view=messages&code=${common?.value}`)
  const match = page.getByText(/[\d,]+ match$/)
  await expect(match).toBeVisible()
  const shown = Number(((await match.textContent()) ?? '').replace(/\D/g, ''))
  expect(shown).toBe(common?.count)
  expect(shown).toBeGreaterThan(100)
  const rows = page.getByRole('list', { name: 'Dead letters' }).getByRole('listitem')
  await expect(rows).toHaveCount(50)
  await page.getByRole('button', { name: 'Load 50 more' }).click()
  await expect(rows).toHaveCount(100)

  await page.getByRole('checkbox', { name: 'Select the loaded rows' }).click()
  await page.getByRole('button', { name: /^Select all/ }).click()
  await page.getByRole('region', { name: 'Selection' }).getByRole('button', { name: 'Discard…' }).click()
  await expect(
    page.getByRole('button', { name: new RegExp(`Discard ${shown.toLocaleString('en-US')}`) }),
  ).toBeVisible()
})
