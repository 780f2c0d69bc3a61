import type { TopicRow } from '@lean-ops/common/contract/topics'
import type { Database } from '@lean-ops/common/control-plane/connect'
import { topicStatus } from '@lean-ops/common/control-plane/schema/topic-status'
import { topics } from '@lean-ops/common/control-plane/schema/topics'
import { and, asc, eq, inArray, isNull } from 'drizzle-orm'
import { toTopicRow } from './to-topic-row.ts'

/** Every deployed topic of these owners with its newest samples, by name: one query, whatever the number of topics. */
export async function listTopics(
  db: Pick<Database, 'select'>,
  owners: '*' | readonly string[],
): Promise<TopicRow[]> {
  const rows = await db
    .select({ topic: topics, status: topicStatus })
    .from(topics)
    .leftJoin(topicStatus, eq(topicStatus.topic, topics.topic))
    .where(and(isNull(topics.removedAt), owners === '*' ? undefined : inArray(topics.owner, [...owners])))
    .orderBy(asc(topics.topic))
  return rows.map((row) => toTopicRow(row.topic, row.status))
}
