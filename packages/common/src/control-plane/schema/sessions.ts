import { jsonb, pgTable, text, timestamp } from 'drizzle-orm/pg-core'
import type { RoleGrant } from '../../contract/permissions.ts'
import { bytea } from './bytea.ts'

const at = (name: string) => timestamp(name, { withTimezone: true, precision: 3, mode: 'date' })

export type SessionProfile = { name: string; email: string | null; grants: RoleGrant[] }

/** Sessions of people. The cookie's value is never stored, only its hash: a copy of this table opens no session. */
export const sessions = pgTable('sessions', {
  /** SHA-256 of the cookie's value, hex. */
  idHash: text('id_hash').primaryKey(),
  /** Shown in lists and audit rows; opens nothing. */
  publicId: text('public_id').notNull().unique(),
  subject: text('subject').notNull(),
  profile: jsonb('profile').$type<SessionProfile>().notNull(),
  /** The provider's tokens, sealed with AES-256-GCM. */
  tokens: bytea('tokens'),
  tokensExpireAt: at('tokens_expire_at'),
  createdAt: at('created_at').notNull(),
  lastSeenAt: at('last_seen_at').notNull(),
  idleExpiresAt: at('idle_expires_at').notNull(),
  /** Hard end, whatever the activity. */
  expiresAt: at('expires_at').notNull(),
  revokedAt: at('revoked_at'),
  client: jsonb('client').$type<{ userAgent?: string }>().notNull(),
})
