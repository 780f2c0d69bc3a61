import { type Pulse, pulsePausesMax } from '@lean-ops/common/contract/pulse'
import type { Database } from '@lean-ops/common/control-plane/connect'
import { topics } from '@lean-ops/common/control-plane/schema/topics'
import { toTopicPause } from '@lean-ops/common/control-plane/topics/to-topic-pause'
import { and, desc, inArray, isNull, or, sql } from 'drizzle-orm'

/** The paused topics of these owners, the newest pause first, and how many there are. By a partial index: few rows ever. */
export async function listPauses(
  db: Pick<Database, 'select'>,
  owners: '*' | readonly string[],
): Promise<Pick<Pulse, 'pauses' | 'pausesTotal'>> {
  const rows = await db
    .select({ topic: topics, total: sql<number>`count(*) OVER ()::int` })
    .from(topics)
    .where(
      and(
        or(topics.isIngestPaused, topics.isProcessingPaused),
        isNull(topics.removedAt),
        owners === '*' ? undefined : inArray(topics.owner, [...owners]),
      ),
    )
    .orderBy(desc(topics.pauseChangedAt), topics.topic)
    .limit(pulsePausesMax)
  return {
    pauses: rows.map((row) => ({
      topic: row.topic.topic,
      owner: row.topic.owner,
      ...toTopicPause(row.topic),
    })),
    pausesTotal: rows[0]?.total ?? 0,
  }
}
