import { pgTable, text, timestamp } from 'drizzle-orm/pg-core'

/** Old fingerprint → new one, so that links survive a new version of the algorithm. */
export const fingerprintAliases = pgTable('fingerprint_aliases', {
  oldFingerprint: text('old_fingerprint').primaryKey(),
  fingerprint: text().notNull(),
  createdAt: timestamp('created_at', { withTimezone: true, precision: 3 }).notNull().defaultNow(),
})
