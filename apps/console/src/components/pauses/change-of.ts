import { pausedParts } from '@lean-ops/common/contract/paused-parts'
import type { TopicPause } from '@lean-ops/common/contract/topic-pause'

export type PauseParts = Pick<TopicPause, 'ingest' | 'processing'>

/** What of a topic is paused after pausing, or resuming, `parts` of it; undefined when that is what it is already. */
export function changeOf(
  pause: PauseParts,
  parts: PauseParts,
  verb: 'pause' | 'resume',
): PauseParts | undefined {
  const next =
    verb === 'pause'
      ? { ingest: pause.ingest || parts.ingest, processing: pause.processing || parts.processing }
      : { ingest: pause.ingest && !parts.ingest, processing: pause.processing && !parts.processing }
  return pausedParts(next) === pausedParts(pause) ? undefined : next
}
