import { bigint, pgTable, text, timestamp } from 'drizzle-orm/pg-core'

const at = (name: string) => timestamp(name, { withTimezone: true, precision: 3, mode: 'date' })

/** One run per topic at a time. The token only grows; a row stays when its lease is released. */
export const runLeases = pgTable('run_leases', {
  topic: text('topic').primaryKey(),
  /** Null: nobody holds it. */
  execution: text('execution'),
  fencingToken: bigint('fencing_token', { mode: 'number' }).notNull().default(0),
  takenAt: at('taken_at'),
  until: at('until'),
})
