import { bigint, pgTable, primaryKey, text } from 'drizzle-orm/pg-core'

/** Messages now, per what operators group by; kept exact by triggers on `dead_letters`. */
export const deadLetterCounts = pgTable(
  'dead_letter_counts',
  {
    topic: text().notNull(),
    owner: text().notNull(),
    stage: text().notNull(),
    code: text().notNull(),
    fingerprint: text().notNull(),
    status: text().notNull(),
    letters: bigint({ mode: 'number' }).notNull(),
    bytes: bigint({ mode: 'number' }).notNull(),
  },
  (t) => [primaryKey({ columns: [t.topic, t.fingerprint, t.status, t.stage, t.code, t.owner] })],
)
