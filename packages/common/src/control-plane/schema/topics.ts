import { integer, pgTable, text, timestamp } from 'drizzle-orm/pg-core'

const at = (name: string) => timestamp(name, { withTimezone: true, mode: 'date' })

/** Mirror of the bundled topic registry, written by the sampler, so that one query can join, filter and authorise by owner. */
export const topics = pgTable('topics', {
  topic: text('topic').primaryKey(),
  owner: text('owner').notNull(),
  status: text('status').$type<'draft' | 'active'>().notNull(),
  queueName: text('queue_name').notNull(),
  tableName: text('table_name').notNull(),
  stream: integer('stream').notNull(),
  firstSeenAt: at('first_seen_at').notNull(),
  /** Set when a later deployment no longer names the topic; its history stays readable. */
  removedAt: at('removed_at'),
})
