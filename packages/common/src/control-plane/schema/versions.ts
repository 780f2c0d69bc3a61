import { bigint, pgTable, text, timestamp } from 'drizzle-orm/pg-core'

/** One counter per noun: ETags, `/pulse` and the index sequence of frozen selections come from here. */
export const versions = pgTable('versions', {
  noun: text('noun').primaryKey(),
  version: bigint('version', { mode: 'number' }).notNull().default(0),
  changedAt: timestamp('changed_at', { withTimezone: true, precision: 3, mode: 'date' })
    .notNull()
    .defaultNow(),
})
