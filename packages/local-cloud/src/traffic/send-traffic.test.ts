import { type SendMessageBatchCommand, SQSClient } from '@aws-sdk/client-sqs'
import { expect, it } from 'vitest'
import { defaultShares, generateMessages } from './generate-messages.ts'
import { parseShares } from './parse-shares.ts'
import { type SentMessage, sendTraffic } from './send-traffic.ts'

/** A queue that refuses every seventh entry once, and refuses what SQS refuses. */
function fakeQueue() {
  const taken: { url: string; body: string; id: string }[] = []
  let entries = 0
  const send = async ({ input }: SendMessageBatchCommand) => {
    const all = input.Entries ?? []
    expect(all.length).toBeLessThanOrEqual(10)
    expect(all.reduce((sum, e) => sum + Buffer.byteLength(e.MessageBody ?? ''), 0)).toBeLessThanOrEqual(
      1_048_576,
    )
    const answers = all.map((e) => {
      entries += 1
      if (entries % 7 === 0) return { failed: { Id: e.Id, Code: 'InternalError', SenderFault: false } }
      const id = `sqs-${taken.length}`
      taken.push({ url: input.QueueUrl ?? '', body: e.MessageBody ?? '', id })
      return { successful: { Id: e.Id, MessageId: id } }
    })
    return {
      Successful: answers.flatMap((a) => (a.successful ? [a.successful] : [])),
      Failed: answers.flatMap((a) => (a.failed ? [a.failed] : [])),
    }
  }
  const sqs: Pick<SQSClient, 'send'> = Object.assign(Object.create(SQSClient.prototype), { send })
  return { taken, sqs }
}

it('sends every message once to its own queue, records what it sent, and keeps the rate', async () => {
  const queue = fakeQueue()
  const truth: SentMessage[] = []
  let clockMs = 0
  const messages = [
    ...generateMessages({
      seed: 1,
      count: 400,
      topics: ['orders', 'gh-push'],
      shares: { ...defaultShares, oversize: 0.01 },
      startMs: 0,
    }),
  ]

  const sent = await sendTraffic(messages, {
    sqs: queue.sqs,
    queueUrl: (topic) => `http://localhost/${topic}`,
    rate: 100,
    now: () => clockMs,
    sleep: async (ms) => {
      clockMs += ms
    },
    onSent: (batch) => {
      truth.push(...batch)
    },
  })

  expect(sent).toBe(400)
  expect(queue.taken.map((t) => t.body).sort()).toEqual(messages.map((m) => m.body).sort())
  const bodyOf = new Map(queue.taken.map((t) => [t.id, t]))
  for (const line of truth) {
    expect(bodyOf.get(line.sqsMessageId)?.url).toBe(`http://localhost/${line.topic}`)
    expect(bodyOf.get(line.sqsMessageId)?.body).toBe(messages[line.serial]?.body)
    expect(line.messageId).toBe(messages[line.serial]?.expected.messageId ?? line.sqsMessageId)
  }
  expect(Math.round(clockMs / 1000)).toBe(4)
})

it.each(['nonsense=1', 'malformed', 'malformed=2', 'malformed=0.6,drift=0.6'])(
  'refuses the shares %s',
  (text) => {
    expect(() => parseShares(text)).toThrow(/fault|share/)
  },
)

it('reads shares', () => {
  expect(parseShares('malformed=0.2')).toMatchObject({ malformed: 0.2, duplicate: 0 })
  expect(parseShares('default')).toEqual(defaultShares)
})
