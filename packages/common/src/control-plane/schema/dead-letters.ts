import { sql } from 'drizzle-orm'
import { bigint, integer, jsonb, pgTable, text, timestamp, uuid } from 'drizzle-orm/pg-core'
import type { DeadLetterStatus } from '../../contract/dead-letter.ts'
import type { FailureClass, FailureStage } from '../../contract/failure-code.ts'
import type { Lineage } from '../../messages/lineage.ts'
import type { TypedAttributes } from '../../messages/message-attributes.ts'

/** One row per failed message: id = hash(topic, message id). A repeat failure updates it. */
export const deadLetters = pgTable('dead_letters', {
  id: text().primaryKey(),
  topic: text().notNull(),
  owner: text().notNull(),
  messageId: text('message_id').notNull(),
  status: text().$type<DeadLetterStatus>().notNull(),
  statusChangedAt: timestamp('status_changed_at', { withTimezone: true, precision: 3 }).notNull(),
  attempt: integer().notNull(),
  failures: integer().notNull().default(0),
  stage: text().$type<FailureStage>().notNull(),
  code: text().notNull(),
  class: text().$type<FailureClass>().notNull(),
  fingerprint: text().notNull(),
  errorMessage: text('error_message').notNull(),
  headAttempt: integer('head_attempt').notNull(),
  headAt: timestamp('head_at', { withTimezone: true, precision: 3 }).notNull(),
  headEventId: text('head_event_id').notNull(),
  firstFailedAt: timestamp('first_failed_at', { withTimezone: true, precision: 3 }).notNull(),
  lastFailedAt: timestamp('last_failed_at', { withTimezone: true, precision: 3 }).notNull(),
  publishTime: timestamp('publish_time', { withTimezone: true, precision: 6, mode: 'string' }),
  firstReceivedAt: timestamp('first_received_at', { withTimezone: true, precision: 3 }),
  editRevision: integer('edit_revision').notNull().default(0),
  originArn: text('origin_arn'),
  idempotencyKey: text('idempotency_key'),
  attributes: jsonb().$type<TypedAttributes>().notNull().default({}),
  lineage: jsonb().$type<Lineage>(),
  sizeBytes: integer('size_bytes').notNull(),
  preview: text().notNull(),
  operationId: uuid('operation_id'),
  replayId: text('replay_id'),
  verifyStage: text('verify_stage'),
  verifyUntil: timestamp('verify_until', { withTimezone: true, precision: 3 }),
  discardReason: text('discard_reason'),
  restorableUntil: timestamp('restorable_until', { withTimezone: true, precision: 3 }),
  indexSeq: bigint('index_seq', { mode: 'number' }).notNull(),
  changedSeq: bigint('changed_seq', { mode: 'number' }).notNull(),
  /** What indexes know of the status. */
  shelf: text()
    .notNull()
    .generatedAlwaysAs(sql`CASE WHEN status IN ('in_operation', 'verifying') THEN 'open' ELSE status END`),
  /** When it became resolved or discarded; null for the others. */
  settledAt: timestamp('settled_at', { withTimezone: true, precision: 3 }).generatedAlwaysAs(
    sql`CASE WHEN status IN ('resolved', 'discarded') THEN status_changed_at END`,
  ),
})
