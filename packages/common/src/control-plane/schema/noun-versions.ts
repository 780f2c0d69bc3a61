import { bigint, pgTable, text, timestamp } from 'drizzle-orm/pg-core'

/**
 * One counter per noun, raised as the *last* statement of every transaction that changes what lists of that noun show
 * (last, because the row stays locked until commit). Pages poll these instead of the lists; lists take them as ETag.
 */
export const nounVersions = pgTable('noun_versions', {
  noun: text('noun').primaryKey(),
  version: bigint('version', { mode: 'number' }).notNull(),
  changedAt: timestamp('changed_at', { withTimezone: true, mode: 'date' }).notNull(),
})
