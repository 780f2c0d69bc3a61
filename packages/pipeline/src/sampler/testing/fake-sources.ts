import { createTopicRegistry } from '@lean-ops/common/topics/topic-registry'
import type { SamplerDeps } from '../take-sample.ts'

export type FakeWorld = {
  /** Messages waiting per topic; an Error is thrown for that queue alone. */
  queues: Record<string, number | Error>
  /** Seconds by topic; an Error fails the whole call. */
  ages: Record<string, number> | Error
  mappings: Record<string, string> | Error
  /** Metadata location by table; an Error fails GetTables. */
  tables: Record<string, string> | Error
  /** Metadata text by location. */
  objects: Record<string, string | Error>
  /** Names of the calls made, in order. */
  calls: string[]
  /** Told of each queue that is asked. */
  onQueue?: (topic: string) => void
}

export const metadataText = (snapshotId: string, rows: number): string =>
  `{"current-snapshot-id":${snapshotId},"snapshots":[{"snapshot-id":${snapshotId},"timestamp-ms":1795435200000,"summary":{"total-records":"${rows}"}}]}`

export const registryOf = (...topics: string[]) =>
  createTopicRegistry({
    version: 1,
    stage: 'test',
    topics: topics.map((topic) => ({
      topic,
      queueName: `lean-ops-test-${topic}-queue`,
      tableName: topic.replaceAll('-', '_'),
      stream: 0,
      owner: 'commerce',
      status: 'active',
      keyPath: null,
    })),
  })

/** AWS as far as the sampler asks it, with pages of two so that paging is exercised. Only `send` is there: a fake is cast to its client in this file alone. */
export function fakeClients(world: FakeWorld) {
  const client = (answer: (name: string, input: Record<string, unknown>) => unknown) => ({
    send: async (
      command: { constructor: { name: string }; input: object },
      options?: { abortSignal?: AbortSignal },
    ) => {
      options?.abortSignal?.throwIfAborted()
      world.calls.push(command.constructor.name)
      return answer(command.constructor.name, { ...command.input })
    },
  })
  const page = <T>(all: readonly T[], token: unknown): { items: T[]; next: string | undefined } => {
    const from = Number(token ?? 0)
    return { items: all.slice(from, from + 2), next: from + 2 < all.length ? String(from + 2) : undefined }
  }
  const orThrow = <T>(value: T | Error): T => {
    if (value instanceof Error) throw value
    return value
  }
  const sqs = client((_, input) => {
    const topic = /\/lean-ops-test-(.+)-queue$/.exec(String(input.QueueUrl))?.[1] ?? ''
    world.onQueue?.(topic)
    const visible = orThrow(world.queues[topic] ?? 0)
    return {
      Attributes: {
        ApproximateNumberOfMessages: String(visible),
        ApproximateNumberOfMessagesNotVisible: '1',
        ApproximateNumberOfMessagesDelayed: '0',
      },
    }
  })
  const cloudWatch = client((_, input) => {
    const ages = orThrow(world.ages)
    const queries = input.MetricDataQueries as {
      Id: string
      MetricStat: { Metric: { Dimensions: { Value: string }[] } }
    }[]
    return {
      MetricDataResults: queries.map((query) => {
        const queue = query.MetricStat.Metric.Dimensions[0]?.Value ?? ''
        const age = ages[queue.replace('lean-ops-test-', '').replace('-queue', '')]
        return { Id: query.Id, Values: age === undefined ? [] : [age, age + 60] }
      }),
    }
  })
  const lambda = client((_, input) => {
    const { items, next } = page(Object.entries(orThrow(world.mappings)), input.Marker)
    return {
      EventSourceMappings: items.map(([topic, state]) => ({
        UUID: `uuid-${topic}`,
        EventSourceArn: `arn:aws:sqs:us-east-1:000000000000:lean-ops-test-${topic}-queue`,
        State: state,
        ScalingConfig: { MaximumConcurrency: 10 },
      })),
      NextMarker: next,
    }
  })
  const glue = client((_, input) => {
    const { items, next } = page(Object.entries(orThrow(world.tables)), input.NextToken)
    return {
      TableList: items.map(([name, location]) => ({
        Name: name,
        Parameters: { metadata_location: location },
      })),
      NextToken: next,
    }
  })
  const s3 = client((_, input) => {
    const text = orThrow(world.objects[`s3://${input.Bucket}/${input.Key}`] ?? new Error('NoSuchKey'))
    return { Body: { transformToString: async () => text } }
  })
  return { sqs, cloudWatch, lambda, glue, s3 } as unknown as Pick<
    SamplerDeps,
    'sqs' | 'cloudWatch' | 'lambda' | 'glue' | 's3'
  >
}
