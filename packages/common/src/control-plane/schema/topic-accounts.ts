import { bigint, jsonb, pgTable, primaryKey, text, timestamp, uuid } from 'drizzle-orm/pg-core'

/** The closed account of a topic per RAW snapshot, as the account job counted it. */
export const topicAccounts = pgTable(
  'topic_accounts',
  {
    topic: text('topic').notNull(),
    rawSnapshotId: bigint('raw_snapshot_id', { mode: 'bigint' }).notNull(),
    computedAt: timestamp('computed_at', { withTimezone: true, precision: 3, mode: 'date' })
      .notNull()
      .defaultNow(),
    operationId: uuid('operation_id'),
    unexplained: bigint('unexplained', { mode: 'number' }).notNull(),
    /** The job's own words. */
    result: jsonb('result').$type<Record<string, unknown>>().notNull(),
  },
  (t) => [primaryKey({ columns: [t.topic, t.rawSnapshotId] })],
)
