import { bigint, index, integer, pgTable, primaryKey, text, timestamp } from 'drizzle-orm/pg-core'

const at = (name: string) => timestamp(name, { withTimezone: true, mode: 'date' })

/** One row per topic and minute: the last sample of a minute wins. Pruned by the sampler after 24 hours. */
export const topicSamples = pgTable(
  'topic_samples',
  {
    topic: text('topic').notNull(),
    minute: at('minute').notNull(),
    visible: integer('visible'),
    inFlight: integer('in_flight'),
    oldestSeconds: integer('oldest_seconds'),
    rawRows: bigint('raw_rows', { mode: 'number' }),
    deadLettersOpen: integer('dead_letters_open'),
  },
  (t) => [primaryKey({ columns: [t.topic, t.minute] }), index('topic_samples_minute').on(t.minute)],
)
