import { integer, jsonb, pgTable, text, timestamp } from 'drizzle-orm/pg-core'

/** Values an admin may change without a deployment. */
export const settings = pgTable('settings', {
  key: text().primaryKey(),
  value: jsonb().notNull(),
  version: integer().notNull().default(1),
  updatedAt: timestamp('updated_at', { withTimezone: true, precision: 3 }).notNull().defaultNow(),
  updatedBy: text('updated_by'),
})
