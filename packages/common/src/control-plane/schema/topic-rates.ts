import { bigint, pgTable, primaryKey, text, timestamp } from 'drizzle-orm/pg-core'

/** What the processor did per topic and minute, from its outcome messages. */
export const topicRates = pgTable(
  'topic_rates',
  {
    topic: text().notNull(),
    minute: timestamp({ withTimezone: true, precision: 0 }).notNull(),
    attempts: bigint({ mode: 'number' }).notNull(),
    attemptsReplayed: bigint('attempts_replayed', { mode: 'number' }).notNull(),
    accepted: bigint({ mode: 'number' }).notNull(),
    acceptedReplayed: bigint('accepted_replayed', { mode: 'number' }).notNull(),
    deadLettered: bigint('dead_lettered', { mode: 'number' }).notNull(),
    deadLetteredReplayed: bigint('dead_lettered_replayed', { mode: 'number' }).notNull(),
    failed: bigint({ mode: 'number' }).notNull(),
    failedReplayed: bigint('failed_replayed', { mode: 'number' }).notNull(),
    sinkCalls: bigint('sink_calls', { mode: 'number' }).notNull(),
    sinkFailedCalls: bigint('sink_failed_calls', { mode: 'number' }).notNull(),
    sinkRefusedEntries: bigint('sink_refused_entries', { mode: 'number' }).notNull(),
    sinkRetriedEntries: bigint('sink_retried_entries', { mode: 'number' }).notNull(),
    bytesReceived: bigint('bytes_received', { mode: 'number' }).notNull(),
    bytesSent: bigint('bytes_sent', { mode: 'number' }).notNull(),
    latencyCounts: bigint('latency_counts', { mode: 'number' }).array().notNull(),
  },
  (t) => [primaryKey({ columns: [t.topic, t.minute] })],
)
