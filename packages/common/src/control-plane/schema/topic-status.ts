import { bigint, integer, jsonb, pgTable, text, timestamp } from 'drizzle-orm/pg-core'
import { topics } from './topics.ts'

const at = (name: string) => timestamp(name, { withTimezone: true, precision: 3, mode: 'date' })
const count = (name: string) => bigint(name, { mode: 'number' })

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
    .references(() => topics.topic, { onDelete: 'cascade' }),
  queueVisible: count('queue_visible'),
  queueInFlight: count('queue_in_flight'),
  queueDelayed: count('queue_delayed'),
  /** ApproximateAgeOfOldestMessage, read only where something waits; null = nothing waits or no metric yet. */
  queueOldestAgeSeconds: integer('queue_oldest_age_seconds'),
  queueCollectedAt: at('queue_collected_at'),
  queueError: error('queue_error'),
  queueOldestCollectedAt: at('queue_oldest_collected_at'),
  queueOldestError: error('queue_oldest_error'),
  mappingId: text('mapping_id'),
  mappingState: text('mapping_state'),
  mappingConcurrencyMax: integer('mapping_concurrency_max'),
  mappingCollectedAt: at('mapping_collected_at'),
  mappingError: error('mapping_error'),
  /** The metadata file the RAW values were read from: read again only when Glue names another. */
  rawMetadataLocation: text('raw_metadata_location'),
  /** 64-bit: bigint here, text in the API. */
  rawSnapshotId: bigint('raw_snapshot_id', { mode: 'bigint' }),
  rawRows: count('raw_rows'),
  rawCommittedAt: at('raw_committed_at'),
  rawCollectedAt: at('raw_collected_at'),
  rawError: error('raw_error'),
  curatedSnapshotId: bigint('curated_snapshot_id', { mode: 'bigint' }),
  curatedRows: count('curated_rows'),
  curatedCommittedAt: at('curated_committed_at'),
  curatedCollectedAt: at('curated_collected_at'),
  /** Since when RAW holds rows that curated has not read. */
  curatedBehindSince: at('curated_behind_since'),
  semanticSnapshotId: bigint('semantic_snapshot_id', { mode: 'bigint' }),
  semanticRows: count('semantic_rows'),
  semanticCommittedAt: at('semantic_committed_at'),
  semanticCollectedAt: at('semantic_collected_at'),
  snowflakeState: text('snowflake_state'),
  snowflakeSnapshotId: bigint('snowflake_snapshot_id', { mode: 'bigint' }),
  snowflakeCollectedAt: at('snowflake_collected_at'),
  verdict: text('verdict').notNull().default('unknown'),
  reasons: jsonb('reasons').$type<unknown[]>().notNull().default([]),
  verdictAt: at('verdict_at'),
  deadLettersOpen: count('dead_letters_open'),
  deadLettersLastAt: at('dead_letters_last_at'),
  deadLettersCollectedAt: at('dead_letters_collected_at'),
  deadLettersError: error('dead_letters_error'),
  /** Newest outcome message of the processor. */
  lastOutcomeAt: at('last_outcome_at'),
})
