import { bigint, integer, pgTable, text, timestamp } from 'drizzle-orm/pg-core'

/** Every failure that was ever reported, once. */
export const deadLetterEvents = pgTable('dead_letter_events', {
  id: text().primaryKey(),
  deadLetterId: text('dead_letter_id').notNull(),
  attempt: integer().notNull(),
  stage: text().notNull(),
  code: text().notNull(),
  fingerprint: text().notNull(),
  errorMessage: text('error_message').notNull(),
  occurredAt: timestamp('occurred_at', { withTimezone: true, precision: 3 }).notNull(),
  recordedAt: timestamp('recorded_at', { withTimezone: true, precision: 3 }).notNull().defaultNow(),
  source: text().notNull(),
  replayId: text('replay_id'),
  editRevision: integer('edit_revision').notNull().default(0),
  archiveBucket: text('archive_bucket'),
  archiveKey: text('archive_key'),
  archiveOffset: bigint('archive_offset', { mode: 'number' }),
  archiveLength: integer('archive_length'),
})
