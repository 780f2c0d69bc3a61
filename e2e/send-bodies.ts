import { SendMessageBatchCommand, SQSClient } from '@aws-sdk/client-sqs'
import { expect } from '@playwright/test'
import { queueName } from '../packages/common/src/topics/topic-names.ts'
import { localClientOptions } from '../packages/local-cloud/src/supervisor/local-client-options.ts'

/** Puts bodies on a topic's queue, as a producer does. Returns the ids SQS gave them, in the same order. */
export async function sendBodies(
  endpoint: string,
  topic: string,
  bodies: readonly string[],
): Promise<string[]> {
  const sqs = new SQSClient({ ...localClientOptions(endpoint), useQueueUrlAsEndpoint: false })
  const queueUrl = `${endpoint}/000000000000/${queueName('local', topic)}`
  const ids: string[] = []
  for (let from = 0; from < bodies.length; from += 10) {
    const entries = bodies
      .slice(from, from + 10)
      .map((body, index) => ({ Id: String(index), MessageBody: body }))
    const { Failed, Successful = [] } = await sqs.send(
      new SendMessageBatchCommand({ QueueUrl: queueUrl, Entries: entries }),
    )
    expect(Failed ?? []).toEqual([])
    const idOf = new Map(Successful.map(({ Id, MessageId }) => [Id, MessageId ?? '']))
    ids.push(...entries.map(({ Id }) => idOf.get(Id) ?? ''))
  }
  sqs.destroy()
  return ids
}
