import { bigint, integer, jsonb, pgTable, text, timestamp } from 'drizzle-orm/pg-core'
import { topics } from './topics.ts'

const at = (name: string) => timestamp(name, { withTimezone: true, mode: 'date' })

/** Why the newest reading of a source failed, and when. */
export type SourceError = { code: string; message: string; at: string }
const error = (name: string) => jsonb(name).$type<SourceError>()

/**
 * The newest known values of a topic, one row each. Every source has its own `…_collected_at` (last success) and
 * `…_error` (set while the newest attempt failed): a failed source never erases the values of another.
 */
export const topicStatus = pgTable('topic_status', {
  topic: text('topic')
    .primaryKey()
    .references(() => topics.topic),
  queueVisible: integer('queue_visible'),
  queueInFlight: integer('queue_in_flight'),
  queueDelayed: integer('queue_delayed'),
  queueCollectedAt: at('queue_collected_at'),
  queueError: error('queue_error'),
  /** ApproximateAgeOfOldestMessage; read apart from the counts and only where something waits. */
  oldestSeconds: integer('oldest_seconds'),
  oldestCollectedAt: at('oldest_collected_at'),
  mappingId: text('mapping_id'),
  mappingState: text('mapping_state'),
  mappingMaximumConcurrency: integer('mapping_maximum_concurrency'),
  mappingCollectedAt: at('mapping_collected_at'),
  mappingError: error('mapping_error'),
  rawMetadataLocation: text('raw_metadata_location'),
  rawRows: bigint('raw_rows', { mode: 'number' }),
  /** 64-bit: a string everywhere outside Iceberg. */
  rawSnapshotId: text('raw_snapshot_id'),
  rawSnapshotAt: at('raw_snapshot_at'),
  rawCollectedAt: at('raw_collected_at'),
  rawError: error('raw_error'),
  deadLettersOpen: integer('dead_letters_open'),
  deadLettersLastAt: at('dead_letters_last_at'),
  deadLettersCollectedAt: at('dead_letters_collected_at'),
  deadLettersError: error('dead_letters_error'),
  /** Newest message the processor reported in an outcome message. */
  lastArrivalAt: at('last_arrival_at'),
})
