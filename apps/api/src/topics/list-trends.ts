import type { Database } from '@lean-ops/common/control-plane/connect'
import { topicSamples } from '@lean-ops/common/control-plane/schema/topic-samples'
import { topics } from '@lean-ops/common/control-plane/schema/topics'
import { and, eq, gt, inArray, isNull, sql } from 'drizzle-orm'

const slotSeconds = 300
const slots = 12

/** The highest backlog in each five minutes of the last hour, oldest first, of every topic of these owners: one query. */
export async function listTrends(
  db: Pick<Database, 'select'>,
  owners: '*' | readonly string[],
  now: Date,
): Promise<Record<string, (number | null)[]>> {
  const lastSlot = Math.floor(now.getTime() / 1_000 / slotSeconds)
  const since = new Date((lastSlot - slots + 1) * slotSeconds * 1_000)
  const slot = sql<number>`floor(extract(epoch FROM ${topicSamples.minute}) / ${sql.raw(String(slotSeconds))})::int`
  const rows = await db
    .select({
      topic: topicSamples.topic,
      slot,
      visible: sql<number | null>`max(${topicSamples.queueVisible})::float8`,
    })
    .from(topicSamples)
    .innerJoin(topics, eq(topics.topic, topicSamples.topic))
    .where(
      and(
        gt(topicSamples.minute, new Date(since.getTime() - 1)),
        isNull(topics.removedAt),
        owners === '*' ? undefined : inArray(topics.owner, [...owners]),
      ),
    )
    .groupBy(topicSamples.topic, slot)
  const trends: Record<string, (number | null)[]> = {}
  for (const row of rows) {
    trends[row.topic] ??= new Array<number | null>(slots).fill(null)
    const place = row.slot - lastSlot + slots - 1
    const trend = trends[row.topic]
    if (trend && place >= 0 && place < slots) trend[place] = row.visible
  }
  return trends
}
