import { jsonb, pgTable, text, timestamp, uuid } from 'drizzle-orm/pg-core'

/** The newest maintenance of each topic: what its tables weighed before and after. */
export const topicMaintenance = pgTable('topic_maintenance', {
  topic: text('topic').primaryKey(),
  at: timestamp('at', { withTimezone: true, precision: 3, mode: 'date' }).notNull().defaultNow(),
  operationId: uuid('operation_id'),
  /** The job's own words. */
  result: jsonb('result').$type<Record<string, unknown>>().notNull(),
})
