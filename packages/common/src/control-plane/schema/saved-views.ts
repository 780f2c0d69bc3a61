import { boolean, integer, jsonb, pgTable, text, timestamp, uuid } from 'drizzle-orm/pg-core'

/** Filters that people keep and share. */
export const savedViews = pgTable('saved_views', {
  id: uuid().primaryKey(),
  page: text().notNull(),
  name: text().notNull(),
  query: jsonb().notNull(),
  owner: text().notNull(),
  isShared: boolean('is_shared').notNull().default(false),
  version: integer().notNull().default(1),
  createdAt: timestamp('created_at', { withTimezone: true, precision: 3 }).notNull().defaultNow(),
  updatedAt: timestamp('updated_at', { withTimezone: true, precision: 3 }).notNull().defaultNow(),
})
