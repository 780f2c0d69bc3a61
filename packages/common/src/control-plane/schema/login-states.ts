import { pgTable, text, timestamp } from 'drizzle-orm/pg-core'

/** A sign-in under way: one row per visit of `/auth/login`, taken by the callback with DELETE … RETURNING. */
export const loginStates = pgTable('login_states', {
  /** SHA-256 of the `state` parameter, hex. */
  stateHash: text('state_hash').primaryKey(),
  /** SHA-256 of the browser's login cookie: a callback link opened in another browser is refused. */
  browserHash: text('browser_hash').notNull(),
  /** PKCE verifier, sealed. */
  codeVerifier: text('code_verifier').notNull(),
  nonce: text('nonce').notNull(),
  returnTo: text('return_to').notNull(),
  expiresAt: timestamp('expires_at', { withTimezone: true, precision: 3, mode: 'date' }).notNull(),
})
