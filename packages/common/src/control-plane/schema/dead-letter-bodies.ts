import { bigint, integer, pgTable, text } from 'drizzle-orm/pg-core'
import { bytea } from './bytea.ts'

/** The exact bytes up to 64 KiB, else where they lie; apart from the row, so that pages carry no payloads. */
export const deadLetterBodies = pgTable('dead_letter_bodies', {
  deadLetterId: text('dead_letter_id').primaryKey(),
  kind: text().notNull(),
  inline: bytea(),
  sha256: text().notNull(),
  sizeBytes: integer('size_bytes').notNull(),
  archiveBucket: text('archive_bucket'),
  archiveKey: text('archive_key'),
  archiveOffset: bigint('archive_offset', { mode: 'number' }),
  archiveLength: integer('archive_length'),
  objectKey: text('object_key'),
  search: text().notNull().default(''),
})
