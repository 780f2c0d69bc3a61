import { expect, type Page } from '@playwright/test'
import type { TestCloud } from '../packages/local-cloud/src/testing/local-cloud.ts'

/** From the queue through the processor, the dead-letter queue and its drain into the index. */
const arriveMs = 180_000

export type Letter = { id: string; code: string; status: string; messageId: string; fingerprint: string }

/** The part of an address, of the console's or the API's, that narrows to these messages and no others. */
export const queryOf = (messageIds: readonly string[]): string =>
  messageIds.map((id) => `messageId=${id}`).join('&')

/**
 * Waits until each of these messages is a dead letter in this state, and returns them in the order of the ids. All
 * tests share one cloud, and what others left behind is in the same topics: a test looks at its own messages only.
 */
export async function waitForLetters(
  page: Page,
  cloud: TestCloud,
  messageIds: readonly string[],
  status = 'open',
): Promise<Letter[]> {
  const query = `${queryOf(messageIds)}&status=${status}&limit=100`
  const letters = new Map<string, Letter>()
  await expect(async () => {
    const answer = await page.request.get(`${cloud.consoleUrl}/api/dead-letters?${query}`)
    const { items } = (await answer.json()) as { items: Letter[] }
    for (const item of items) letters.set(item.messageId, item)
    expect(items).toHaveLength(messageIds.length)
  }).toPass({ timeout: arriveMs, intervals: [500] })
  return messageIds.flatMap((id) => letters.get(id) ?? [])
}
