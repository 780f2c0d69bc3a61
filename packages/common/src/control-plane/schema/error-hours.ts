import { integer, pgTable, primaryKey, text, timestamp } from 'drizzle-orm/pg-core'

/** Failures per group, hour and owner: what trends over hours and days read. */
export const errorHours = pgTable(
  'error_hours',
  {
    fingerprint: text().notNull(),
    hour: timestamp({ withTimezone: true, precision: 0 }).notNull(),
    owner: text().notNull(),
    failures: integer().notNull(),
  },
  (t) => [primaryKey({ columns: [t.fingerprint, t.hour, t.owner] })],
)
