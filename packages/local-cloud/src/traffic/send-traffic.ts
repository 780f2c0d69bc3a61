import { createHash } from 'node:crypto'
import { SendMessageBatchCommand, type SQSClient } from '@aws-sdk/client-sqs'
import { AppError } from '@lean-ops/common/errors/app-error'
import { attributesBytes, typedToSqs } from '@lean-ops/common/messages/message-attributes'
import { sqsBatchEntriesMax, sqsMessageBytesMax } from '@lean-ops/common/messages/message-size'
import type { TrafficMessage } from './generate-messages.ts'

/** One sent message of the ground truth; a line of NDJSON. */
export type SentMessage = {
  serial: number
  topic: string
  kind: TrafficMessage['kind']
  sqsMessageId: string
  /** As RAW or the dead letter must show it. */
  messageId: string
  expected: TrafficMessage['expected']
  bytes: number
  /** Of the body, hex. */
  sha256: string
  /** RFC 3339, UTC. */
  sentAt: string
}

export type SendDeps = {
  sqs: Pick<SQSClient, 'send'>
  queueUrl(topic: string): string
  /** Messages per second; 0 = as fast as it goes. */
  rate: number
  now(): number
  sleep(ms: number): Promise<unknown>
  /** Called after each batch that a queue has taken, before the next is sent. */
  onSent(batch: readonly SentMessage[]): void | Promise<void>
}

/** How long a topic may collect its batch of ten when it is slow. */
const collectMax = 40

/** Sends messages in batches per queue at a rate; resolves with how many were sent. Entries that a queue refuses are sent again. */
export async function sendTraffic(messages: Iterable<TrafficMessage>, deps: SendDeps): Promise<number> {
  const startedMs = deps.now()
  const waiting = new Map<string, TrafficMessage[]>()
  let taken = 0
  let sent = 0
  const flush = async (topic: string): Promise<void> => {
    for (const batch of batchesOf(waiting.get(topic) ?? [])) {
      await deps.onSent(await sendBatch(batch, deps))
      sent += batch.length
    }
    waiting.delete(topic)
  }
  for (const message of messages) {
    const batch = waiting.get(message.topic) ?? []
    batch.push(message)
    waiting.set(message.topic, batch)
    taken += 1
    if (batch.length >= sqsBatchEntriesMax) await flush(message.topic)
    if (taken % collectMax === 0) for (const topic of waiting.keys()) await flush(topic)
    const aheadMs = deps.rate === 0 ? 0 : startedMs + (taken / deps.rate) * 1000 - deps.now()
    if (aheadMs > 20) await deps.sleep(aheadMs)
  }
  for (const topic of waiting.keys()) await flush(topic)
  return sent
}

function batchesOf(messages: readonly TrafficMessage[]): TrafficMessage[][] {
  const batches: TrafficMessage[][] = []
  let bytes = 0
  for (const message of messages) {
    const size = Buffer.byteLength(message.body) + attributesBytes(message.attributes)
    const last = batches.at(-1)
    if (last && last.length < sqsBatchEntriesMax && bytes + size <= sqsMessageBytesMax) {
      last.push(message)
      bytes += size
    } else {
      batches.push([message])
      bytes = size
    }
  }
  return batches
}

const attemptsMax = 8

async function sendBatch(batch: readonly TrafficMessage[], deps: SendDeps): Promise<SentMessage[]> {
  const [first] = batch
  if (!first) return []
  const sent: SentMessage[] = []
  let left = batch.map((message, n) => ({ id: String(n), message }))
  for (let attempt = 1; left.length > 0; attempt += 1) {
    const answer = await deps.sqs.send(
      new SendMessageBatchCommand({
        QueueUrl: deps.queueUrl(first.topic),
        Entries: left.map(({ id, message }) => ({
          Id: id,
          MessageBody: message.body,
          MessageAttributes: typedToSqs(message.attributes),
        })),
      }),
    )
    const ids = new Map((answer.Successful ?? []).map((s) => [s.Id, s.MessageId]))
    for (const { id, message } of left) {
      const sqsMessageId = ids.get(id)
      if (sqsMessageId) sent.push(record(message, sqsMessageId, deps.now()))
    }
    left = left.filter(({ id }) => !ids.get(id))
    const refused = (answer.Failed ?? []).find((f) => f.SenderFault)
    if (refused || (left.length > 0 && attempt >= attemptsMax))
      throw new AppError(
        'UNAVAILABLE',
        `${first.topic}: the queue refuses messages (${refused?.Code ?? 'no answer'})`,
      )
  }
  return sent
}

const record = (message: TrafficMessage, sqsMessageId: string, nowMs: number): SentMessage => ({
  serial: message.serial,
  topic: message.topic,
  kind: message.kind,
  sqsMessageId,
  messageId: message.expected.messageId ?? sqsMessageId,
  expected: message.expected,
  bytes: Buffer.byteLength(message.body),
  sha256: createHash('sha256').update(message.body).digest('hex'),
  sentAt: new Date(nowMs).toISOString(),
})
