import { isAllowed, type RoleGrant } from '@lean-ops/common/contract/permissions'
import type { TopicDetail } from '@lean-ops/common/contract/topics'
import type { Database } from '@lean-ops/common/control-plane/connect'
import { topicSamples } from '@lean-ops/common/control-plane/schema/topic-samples'
import { topicStatus } from '@lean-ops/common/control-plane/schema/topic-status'
import { topics } from '@lean-ops/common/control-plane/schema/topics'
import { AppError } from '@lean-ops/common/errors/app-error'
import { and, asc, eq, gte } from 'drizzle-orm'
import { toTopicRow } from './to-topic-row.ts'

const historyMs = 60 * 60_000

/** One topic with its last hour. Throws NOT_FOUND, also for a topic whose owner the reader may not see: names are not leaked. */
export async function getTopic(
  db: Pick<Database, 'select'>,
  topic: string,
  grants: readonly RoleGrant[],
  now: Date,
): Promise<TopicDetail> {
  const [row] = await db
    .select({ topic: topics, status: topicStatus })
    .from(topics)
    .leftJoin(topicStatus, eq(topicStatus.topic, topics.topic))
    .where(eq(topics.topic, topic))
  if (row === undefined || !isAllowed(grants, 'topic:read', row.topic.owner))
    throw new AppError('NOT_FOUND', `There is no topic "${topic}" that you may see.`)
  const samples = await db
    .select()
    .from(topicSamples)
    .where(and(eq(topicSamples.topic, topic), gte(topicSamples.minute, new Date(now.getTime() - historyMs))))
    .orderBy(asc(topicSamples.minute))
  return {
    topic: toTopicRow(row.topic, row.status),
    names: { queue: row.topic.queueName, table: row.topic.tableName, stream: row.topic.stream },
    samples: samples.map((sample) => ({
      at: sample.minute.toISOString(),
      visible: sample.queueVisible,
      inFlight: sample.queueInFlight,
      oldestSeconds: sample.queueOldestAgeSeconds,
      rawRows: sample.rawRows,
      deadLettersOpen: sample.openDeadLetters,
    })),
  }
}
