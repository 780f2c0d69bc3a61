import { integer, pgTable, primaryKey, text, timestamp } from 'drizzle-orm/pg-core'

/** Error objects that are in the index; the reconciler compares the bucket with it. */
export const indexedObjects = pgTable(
  'indexed_objects',
  {
    bucket: text().notNull(),
    key: text().notNull(),
    etag: text().notNull(),
    records: integer().notNull(),
    indexedAt: timestamp('indexed_at', { withTimezone: true, precision: 3 }).notNull().defaultNow(),
  },
  (t) => [primaryKey({ columns: [t.bucket, t.key] })],
)
