import type { TopicRow } from '@lean-ops/common/contract/topics'
import type { topicStatus } from '@lean-ops/common/control-plane/schema/topic-status'
import type { topics } from '@lean-ops/common/control-plane/schema/topics'
import { toTopicPause } from '@lean-ops/common/control-plane/topics/to-topic-pause'

type Topic = typeof topics.$inferSelect
type Status = typeof topicStatus.$inferSelect

const iso = (at: Date | null | undefined): string | null => at?.toISOString() ?? null

/** A topic and its status row as the API shows them; without a status row everything is unknown, never zero. */
export function toTopicRow(topic: Topic, status: Status | null): TopicRow {
  return {
    topic: topic.topic,
    owner: topic.owner,
    status: topic.status,
    lastArrivalAt: iso(later(status?.lastOutcomeAt, status?.rawCommittedAt)),
    pause: toTopicPause(topic),
    queue: {
      collectedAt: iso(status?.queueCollectedAt),
      error: status?.queueError ?? null,
      visible: status?.queueVisible ?? null,
      inFlight: status?.queueInFlight ?? null,
      delayed: status?.queueDelayed ?? null,
      oldestSeconds: status?.queueOldestAgeSeconds ?? null,
      oldestCollectedAt: iso(status?.queueOldestCollectedAt),
      oldestError: status?.queueOldestError ?? null,
    },
    mapping: {
      collectedAt: iso(status?.mappingCollectedAt),
      error: status?.mappingError ?? null,
      state: status?.mappingState ?? null,
      maximumConcurrency: status?.mappingConcurrencyMax ?? null,
    },
    raw: {
      collectedAt: iso(status?.rawCollectedAt),
      error: status?.rawError ?? null,
      rows: status?.rawRows ?? null,
      snapshotId: status?.rawSnapshotId?.toString() ?? null,
      snapshotAt: iso(status?.rawCommittedAt),
    },
    deadLetters: {
      collectedAt: iso(status?.deadLettersCollectedAt),
      error: status?.deadLettersError ?? null,
      open: status?.deadLettersOpen ?? null,
      lastAt: iso(status?.deadLettersLastAt),
    },
  }
}

function later(a: Date | null | undefined, b: Date | null | undefined): Date | null {
  if (!a) return b ?? null
  return b && b > a ? b : a
}
