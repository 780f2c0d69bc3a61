import { pgTable, primaryKey, text, timestamp } from 'drizzle-orm/pg-core'

/** Ids of queue messages that must count once although SQS may deliver them twice. */
export const consumedMessages = pgTable(
  'consumed_messages',
  {
    consumer: text().notNull(),
    messageId: text('message_id').notNull(),
    consumedAt: timestamp('consumed_at', { withTimezone: true, precision: 3 }).notNull().defaultNow(),
  },
  (t) => [primaryKey({ columns: [t.consumer, t.messageId] })],
)
