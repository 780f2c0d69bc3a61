import { setTimeout as sleep } from 'node:timers/promises'
import { SendMessageBatchCommand, type SQSClient } from '@aws-sdk/client-sqs'
import { createRandom } from './create-random.ts'

/** What the guided drill of the console is about: `apps/console/src/components/drill` looks for exactly this. */
export const incident = { topic: 'orders', code: 'NOT_AN_OBJECT', count: 120 } as const

const entriesMax = 10

/**
 * Plays a producer whose new release sends each order as a list of one. Ingestion refuses lists, so that each becomes a
 * dead letter within seconds, and taking the order out of its list repairs it. Entries that the queue refuses come again.
 */
export async function sendIncident(
  deps: { sqs: Pick<SQSClient, 'send'>; queueUrl: string; now: () => number },
  signal: AbortSignal,
): Promise<void> {
  const random = createRandom(incident.count)
  for (let from = 0; from < incident.count; from += entriesMax) {
    let entries = Array.from({ length: entriesMax }, (_, n) => ({
      Id: String(n),
      MessageBody: JSON.stringify([order(from + n, random.below(5_000), deps.now())]),
    }))
    while (entries.length > 0 && !signal.aborted) {
      const { Failed = [] } = await deps.sqs.send(
        new SendMessageBatchCommand({ QueueUrl: deps.queueUrl, Entries: entries }),
        { abortSignal: signal },
      )
      entries = entries.filter((entry) => Failed.some((failed) => failed.Id === entry.Id))
      if (entries.length > 0) await sleep(500)
    }
  }
}

const order = (serial: number, user: number, nowMs: number) => ({
  orderId: `drill-${serial}`,
  userId: `user-${user}`,
  status: 'PLACED',
  amount: 5 + (serial % 40),
  currency: 'EUR',
  email: `user${user}@example.com`,
  updatedAt: new Date(nowMs - serial * 1_000).toISOString(),
  items: [{ sku: `sku-${serial % 7}`, quantity: 1 }],
})
