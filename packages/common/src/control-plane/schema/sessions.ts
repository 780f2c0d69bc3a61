import { index, integer, jsonb, pgTable, text, timestamp } from 'drizzle-orm/pg-core'
import type { RoleGrant } from '../../contract/permissions.ts'

const at = (name: string) => timestamp(name, { withTimezone: true, mode: 'date' })

/** Sessions of people. The cookie's value is never stored, only its hash: a copy of this table opens no session. */
export const sessions = pgTable(
  'sessions',
  {
    /** Public id, shown in lists and audit rows. */
    id: text('id').primaryKey(),
    /** SHA-256 of the cookie's value, hex. */
    tokenHash: text('token_hash').notNull().unique(),
    subject: text('subject').notNull(),
    name: text('name').notNull(),
    email: text('email'),
    grants: jsonb('grants').$type<RoleGrant[]>().notNull(),
    /** The provider's tokens, AES-256-GCM (key from the secret store). */
    sealedTokens: text('sealed_tokens').notNull(),
    tokensExpireAt: at('tokens_expire_at'),
    userAgent: text('user_agent'),
    createdAt: at('created_at').notNull(),
    lastSeenAt: at('last_seen_at').notNull(),
    /** Hard end, whatever the activity. */
    expiresAt: at('expires_at').notNull(),
    revokedAt: at('revoked_at'),
    revokedBy: text('revoked_by'),
  },
  (t) => [
    index('sessions_by_subject').on(t.subject, t.createdAt.desc()),
    index('sessions_expiry').on(t.expiresAt),
  ],
)

/** A sign-in under way: one row per visit of `/auth/login`, deleted by the callback that uses it. */
export const loginStates = pgTable('login_states', {
  /** SHA-256 of the `state` parameter, hex. */
  stateHash: text('state_hash').primaryKey(),
  /** SHA-256 of the browser's own login cookie: a callback link opened in another browser is refused. */
  browserHash: text('browser_hash').notNull(),
  nonce: text('nonce').notNull(),
  sealedVerifier: text('sealed_verifier').notNull(),
  returnTo: text('return_to').notNull(),
  expiresAt: at('expires_at').notNull(),
})

/** First answers of requests that carried an Idempotency-Key; kept 24 hours. */
export const idempotencyKeys = pgTable(
  'idempotency_keys',
  {
    /** SHA-256 of actor + key, hex. */
    id: text('id').primaryKey(),
    /** SHA-256 of method + path + body, hex: the same key with another request is refused. */
    requestHash: text('request_hash').notNull(),
    /** Null while the first request is still running. */
    status: integer('status'),
    body: text('body'),
    etag: text('etag'),
    createdAt: at('created_at').notNull(),
  },
  (t) => [index('idempotency_keys_created').on(t.createdAt)],
)
