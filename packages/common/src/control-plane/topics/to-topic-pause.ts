import type { TopicPause } from '../../contract/topic-pause.ts'
import { isoOrNull } from '../iso-or-null.ts'
import type { topics } from '../schema/topics.ts'

type Row = Pick<
  typeof topics.$inferSelect,
  | 'isIngestPaused'
  | 'isProcessingPaused'
  | 'pauseReason'
  | 'pauseUntil'
  | 'pauseChangedBy'
  | 'pauseChangedAt'
  | 'pauseVersion'
>

/** The pause in a row of `topics`. */
export const toTopicPause = (row: Row): TopicPause => ({
  ingest: row.isIngestPaused,
  processing: row.isProcessingPaused,
  reason: row.pauseReason,
  by: row.pauseChangedBy,
  at: isoOrNull(row.pauseChangedAt),
  until: isoOrNull(row.pauseUntil),
  version: row.pauseVersion,
})
