import { GetQueueAttributesCommand, type SQSClient } from '@aws-sdk/client-sqs'
import { mapConcurrent } from '@lean-ops/common/concurrency/map-concurrent'
import { AppError } from '@lean-ops/common/errors/app-error'
import { describeFault, type Reading } from './reading.ts'

/** 700 queues in about a second; SQS has no call that answers for many queues. */
const parallel = 20

export type QueueDepth = { visible: number; inFlight: number; delayed: number }
type Deps = {
  sqs: Pick<SQSClient, 'send'>
  queueUrl: (topic: string) => string
  now: () => Date
  signal: AbortSignal
}

/** Depth of every topic's queue, one call each; a queue that fails is reported alone. */
export const readQueueDepths = (deps: Deps, topics: readonly string[]): Promise<Reading<QueueDepth>[]> =>
  mapConcurrent(topics, parallel, async (topic): Promise<Reading<QueueDepth>> => {
    try {
      const { Attributes: attributes = {} } = await deps.sqs.send(
        new GetQueueAttributesCommand({
          QueueUrl: deps.queueUrl(topic),
          AttributeNames: [
            'ApproximateNumberOfMessages',
            'ApproximateNumberOfMessagesNotVisible',
            'ApproximateNumberOfMessagesDelayed',
          ],
        }),
        { abortSignal: deps.signal },
      )
      const value = {
        visible: Number(attributes.ApproximateNumberOfMessages),
        inFlight: Number(attributes.ApproximateNumberOfMessagesNotVisible),
        delayed: Number(attributes.ApproximateNumberOfMessagesDelayed),
      }
      if (!Object.values(value).every(Number.isSafeInteger))
        throw new AppError('UNAVAILABLE', 'SQS answered without the counts')
      return { topic, ok: true, at: deps.now(), value }
    } catch (fault) {
      return { topic, ok: false, at: deps.now(), error: describeFault(fault) }
    }
  })
