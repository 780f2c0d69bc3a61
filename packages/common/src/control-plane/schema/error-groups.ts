import { bigint, jsonb, pgTable, text, timestamp } from 'drizzle-orm/pg-core'

/** What failed for the same reason: one row per fingerprint. */
export const errorGroups = pgTable('error_groups', {
  fingerprint: text().primaryKey(),
  code: text().notNull(),
  class: text().notNull(),
  stage: text().notNull(),
  title: text().notNull(),
  parts: jsonb().notNull(),
  sampleId: text('sample_id').notNull(),
  sampleMessage: text('sample_message').notNull(),
  firstSeenAt: timestamp('first_seen_at', { withTimezone: true, precision: 3 }).notNull(),
  lastSeenAt: timestamp('last_seen_at', { withTimezone: true, precision: 3 }).notNull(),
  failures: bigint({ mode: 'number' }).notNull().default(0),
})
