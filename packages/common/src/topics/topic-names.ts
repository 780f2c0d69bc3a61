import { AppError } from '../errors/app-error.ts'

/** Lower-case letters, digits and single hyphens; no underscore, so that topic → table is reversible. At most 48 characters: an SQS name has 80. */
export const topicPattern = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/
const topicLengthMax = 48

/** True when `name` may be a topic; see {@link topicPattern}. */
export const isTopicName = (name: string): boolean => name.length <= topicLengthMax && topicPattern.test(name)

/** The topic's work queue. Fixed, not random: one policy prefix then covers 700 queues (700 ARNs exceed IAM's 10,240 characters). */
export const queueName = (stage: string, topic: string): string => `lean-ops-${stage}-${checked(topic)}-queue`

/** Table name in every layer's database: Iceberg and Glue names take no hyphen. */
export const tableName = (topic: string): string => checked(topic).replaceAll('-', '_')

/** Glue database of a layer, e.g. `lean_ops_local_raw`. */
export const databaseName = (stage: string, layer: 'raw' | 'curated' | 'semantic'): string =>
  `lean_ops_${stage.replaceAll('-', '_')}_${layer}`

function checked(topic: string): string {
  if (!isTopicName(topic))
    throw new AppError(
      'INVALID_CONTRACT',
      `"${topic}" is not a topic name: use lower-case letters, digits and single hyphens, at most ${topicLengthMax} characters`,
    )
  return topic
}
