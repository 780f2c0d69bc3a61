import { bigint, integer, pgTable, primaryKey, text, timestamp } from 'drizzle-orm/pg-core'

const count = (name: string) => bigint(name, { mode: 'number' })

/** One row per topic and minute: the last sample of a minute wins. Pruned by the sampler after 24 hours. */
export const topicSamples = pgTable(
  'topic_samples',
  {
    topic: text('topic').notNull(),
    minute: timestamp('minute', { withTimezone: true, precision: 0, mode: 'date' }).notNull(),
    queueVisible: count('queue_visible'),
    queueInFlight: count('queue_in_flight'),
    queueOldestAgeSeconds: integer('queue_oldest_age_seconds'),
    rawRows: count('raw_rows'),
    openDeadLetters: integer('open_dead_letters'),
  },
  (t) => [primaryKey({ columns: [t.topic, t.minute] })],
)
