import { expect, type Page } from '@playwright/test'
import type { TestCloud } from '../packages/local-cloud/src/testing/local-cloud.ts'

/** From the queue through the processor, the dead-letter queue and its drain into the index. */
const arriveMs = 120_000

export type Letter = { id: string; code: string; status: string; messageId: string; fingerprint: string }

/** Waits until so many dead letters match, and returns them (at most 100). `query` as in the API's address. */
export async function waitForLetters(
  page: Page,
  cloud: TestCloud,
  query: string,
  count: number,
): Promise<Letter[]> {
  let items: Letter[] = []
  await expect(async () => {
    const answer = await page.request.get(`${cloud.consoleUrl}/api/dead-letters?${query}&limit=100`)
    const page1 = (await answer.json()) as { items: Letter[]; total: { value: number } }
    items = page1.items
    expect(page1.total.value).toBeGreaterThanOrEqual(count)
  }).toPass({ timeout: arriveMs, intervals: [1_000] })
  return items
}
