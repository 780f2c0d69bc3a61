import { bigint, pgTable, primaryKey, text, timestamp } from 'drizzle-orm/pg-core'

/** Failures per topic, minute, code and action, from outcome messages. */
export const topicRateFailures = pgTable(
  'topic_rate_failures',
  {
    topic: text().notNull(),
    minute: timestamp({ withTimezone: true, precision: 0 }).notNull(),
    code: text().notNull(),
    action: text().notNull(),
    class: text().notNull(),
    failures: bigint({ mode: 'number' }).notNull(),
    failuresReplayed: bigint('failures_replayed', { mode: 'number' }).notNull(),
  },
  (t) => [primaryKey({ columns: [t.topic, t.minute, t.code, t.action] })],
)
