import { bigint, jsonb, pgTable, text, timestamp, uuid } from 'drizzle-orm/pg-core'

/** Who did what, when and why. `seq`, `previous_hash` and `hash` are set by a trigger; rows cannot be changed. */
export const auditLog = pgTable('audit_log', {
  seq: bigint({ mode: 'number' }).primaryKey(),
  at: timestamp({ withTimezone: true, precision: 3 }).notNull(),
  actorKind: text('actor_kind').notNull(),
  actorId: text('actor_id').notNull(),
  sessionId: text('session_id'),
  onBehalfOf: text('on_behalf_of'),
  action: text().notNull(),
  targetKind: text('target_kind'),
  targetId: text('target_id'),
  operationId: uuid('operation_id'),
  requestId: text('request_id'),
  outcome: text().notNull().default('done'),
  reason: text(),
  details: jsonb().notNull().default({}),
  previousHash: text('previous_hash').notNull(),
  hash: text().notNull(),
})
