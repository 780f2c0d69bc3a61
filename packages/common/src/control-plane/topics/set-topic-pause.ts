import { eq } from 'drizzle-orm'
import type { OperationActor } from '../../contract/operation.ts'
import { pausedParts } from '../../contract/paused-parts.ts'
import type { TopicPause } from '../../contract/topic-pause.ts'
import { AppError } from '../../errors/app-error.ts'
import { recordAudit } from '../audit/record-audit.ts'
import { bumpVersion } from '../bump-version.ts'
import type { Database } from '../connect.ts'
import { topics } from '../schema/topics.ts'
import { toTopicPause } from './to-topic-pause.ts'

type Change = {
  topic: string
  ingest: boolean
  processing: boolean
  reason: string
  until: Date | null
  ifVersion: number
  actor: OperationActor
  now: Date
  sessionId?: string
  requestId?: string
}

/**
 * Writes what of a topic is paused, and audits it. The dispatcher obeys at its next round, replays before their next
 * batch; the event source mapping follows by `apply-pauses`. Throws PRECONDITION_FAILED on a stale version.
 */
export async function setTopicPause(db: Database, change: Change): Promise<TopicPause> {
  const { topic, ingest, processing, now } = change
  const parts = pausedParts(change)
  return db.transaction(async (tx) => {
    const [before] = await tx.select().from(topics).where(eq(topics.topic, topic)).for('update')
    if (before === undefined) throw new AppError('NOT_FOUND', `There is no topic "${topic}".`)
    if (before.pauseVersion !== change.ifVersion) {
      const current = toTopicPause(before)
      throw new AppError(
        'PRECONDITION_FAILED',
        `${current.by ?? 'Somebody'} ${pausedParts(current) ? 'paused' : 'resumed'} ${topic} since you loaded it`,
        { context: { current, version: current.version, changedBy: current.by, changedAt: current.at } },
      )
    }
    const [after] = await tx
      .update(topics)
      .set({
        isIngestPaused: ingest,
        isProcessingPaused: processing,
        pauseReason: change.reason,
        pauseUntil: parts ? change.until : null,
        pauseChangedBy: change.actor.name,
        pauseChangedAt: now,
        pauseVersion: before.pauseVersion + 1,
        ...(ingest === before.isIngestPaused
          ? {}
          : { isMappingOurs: before.isMappingOurs || ingest, mappingAppliedAt: null }),
      })
      .where(eq(topics.topic, topic))
      .returning()
    await recordAudit(tx, {
      actor: { kind: change.actor.kind, id: change.actor.id },
      action: parts ? 'topic.pause' : 'topic.resume',
      target: { kind: 'topic', id: topic },
      reason: change.reason,
      details: {
        from: { ingest: before.isIngestPaused, processing: before.isProcessingPaused },
        to: { ingest, processing },
        until: parts ? (change.until?.toISOString() ?? null) : null,
      },
      ...(change.sessionId === undefined ? {} : { sessionId: change.sessionId }),
      ...(change.requestId === undefined ? {} : { requestId: change.requestId }),
    })
    await bumpVersion(tx, 'overrides')
    await bumpVersion(tx, 'topics')
    return toTopicPause(after ?? before)
  })
}
