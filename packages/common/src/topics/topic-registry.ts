import * as z from 'zod'
import { AppError } from '../errors/app-error.ts'

/** What the ingestion path needs to know of one topic. Compiled from `contracts/` at deploy time and bundled beside the handlers as `topics.json`. */
export const RegisteredTopic = z.strictObject({
  topic: z.string(),
  queueName: z.string(),
  tableName: z.string(),
  /** Index of the Firehose stream this topic is sent to. */
  stream: z.int().min(0),
  owner: z.string(),
  status: z.enum(['draft', 'active']),
  /** Path of the business key inside the payload (segments), or null for drafts without one. */
  keyPath: z.array(z.string()).nullable(),
  /** Payload paths that may be shown in clear text (`odcs/clear-paths`); null or absent = no contract, nothing may. */
  clearPaths: z.array(z.array(z.string())).nullable().optional(),
})
export type RegisteredTopic = z.infer<typeof RegisteredTopic>

export const TopicRegistryFile = z.strictObject({
  version: z.literal(1),
  stage: z.string(),
  topics: z.array(RegisteredTopic),
})
export type TopicRegistryFile = z.infer<typeof TopicRegistryFile>

export type TopicRegistry = {
  stage: string
  topics: readonly RegisteredTopic[]
  /** Fails closed: undefined for a queue that no contract names. */
  findByQueueArn(arn: string): RegisteredTopic | undefined
  findByTopic(topic: string): RegisteredTopic | undefined
}

/** Indexes a parsed `topics.json`. Throws INVALID_CONFIG when two topics share a queue or a table. */
export function createTopicRegistry(file: unknown): TopicRegistry {
  const parsed = TopicRegistryFile.safeParse(file)
  if (!parsed.success) throw new AppError('INVALID_CONFIG', `topics.json: ${z.prettifyError(parsed.error)}`)
  const { stage, topics } = parsed.data
  const byQueue = new Map(topics.map((t) => [t.queueName, t]))
  const byTopic = new Map(topics.map((t) => [t.topic, t]))
  const tables = new Set(topics.map((t) => t.tableName))
  if (byQueue.size !== topics.length || byTopic.size !== topics.length || tables.size !== topics.length)
    throw new AppError('INVALID_CONFIG', 'topics.json: two topics share a name, a queue or a table')
  return {
    stage,
    topics,
    findByQueueArn: (arn) => byQueue.get(arn.slice(arn.lastIndexOf(':') + 1)),
    findByTopic: (topic) => byTopic.get(topic),
  }
}
