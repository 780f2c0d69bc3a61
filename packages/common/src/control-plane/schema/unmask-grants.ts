import { pgTable, primaryKey, text, timestamp } from 'drizzle-orm/pg-core'

const at = (name: string) => timestamp(name, { withTimezone: true, precision: 3, mode: 'date' })

/** One person may see one message unmasked until `expires_at`; the reason is in the audit log too. */
export const unmaskGrants = pgTable(
  'unmask_grants',
  {
    actor: text('actor').notNull(),
    deadLetterId: text('dead_letter_id').notNull(),
    reason: text('reason').notNull(),
    grantedAt: at('granted_at').notNull(),
    expiresAt: at('expires_at').notNull(),
  },
  (t) => [primaryKey({ columns: [t.actor, t.deadLetterId] })],
)
