import { jsonb, pgTable, primaryKey, text, timestamp, uuid } from 'drizzle-orm/pg-core'
import type { WhatIf } from '../../contract/what-if.ts'

/** What a version would do to the rows that are there; one row per content of a contract, the newest answer. */
export const contractWhatIfs = pgTable(
  'contract_what_ifs',
  {
    topic: text('topic').notNull(),
    sha256: text('sha256').notNull(),
    againstSha256: text('against_sha256'),
    at: timestamp('at', { withTimezone: true, precision: 3, mode: 'date' }).notNull().defaultNow(),
    operationId: uuid('operation_id'),
    result: jsonb('result').$type<WhatIf>().notNull(),
  },
  (t) => [primaryKey({ columns: [t.topic, t.sha256] })],
)
