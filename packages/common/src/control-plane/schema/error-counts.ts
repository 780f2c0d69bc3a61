import { integer, pgTable, primaryKey, text, timestamp } from 'drizzle-orm/pg-core'

/** Failures per minute, each event counted once: trends never scan the rows. */
export const errorCounts = pgTable(
  'error_counts',
  {
    fingerprint: text().notNull(),
    minute: timestamp({ withTimezone: true, precision: 0 }).notNull(),
    topic: text().notNull(),
    stage: text().notNull(),
    code: text().notNull(),
    failures: integer().notNull(),
  },
  (t) => [primaryKey({ columns: [t.fingerprint, t.minute, t.topic, t.stage] })],
)
