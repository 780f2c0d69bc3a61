import { bigint, integer, jsonb, pgTable, text, timestamp, uuid } from 'drizzle-orm/pg-core'
import type { FindingKind, FindingState } from '../../contract/finding.ts'
import type { OperationActor } from '../../contract/operation.ts'

const at = (name: string) => timestamp(name, { withTimezone: true, precision: 3, mode: 'date' })

/** What the data does that the contract does not say: a row per thing, counted. Fixed ones are pruned after 90 days. */
export const driftFindings = pgTable('drift_findings', {
  id: uuid('id').primaryKey().defaultRandom(),
  topic: text('topic').notNull(),
  kind: text('kind').$type<FindingKind>().notNull(),
  /** RFC 6901 pointer; empty for the whole message. */
  path: text('path').notNull().default(''),
  columnName: text('column_name').notNull().default(''),
  /** What else makes it another finding: for MISSING_SCHEMA the state and hash of the contract. */
  scope: text('scope').notNull().default(''),
  count: bigint('count', { mode: 'number' }).notNull(),
  sampleMessageId: text('sample_message_id'),
  /** Without values of the payload. */
  detail: text('detail').notNull().default(''),
  firstSeenAt: at('first_seen_at').notNull(),
  lastSeenAt: at('last_seen_at').notNull(),
  firstPassId: text('first_pass_id'),
  lastPassId: text('last_pass_id'),
  state: text('state').$type<FindingState>().notNull().default('open'),
  ignoredUntil: at('ignored_until'),
  changedAt: at('changed_at'),
  changedBy: jsonb('changed_by').$type<OperationActor>(),
  rowVersion: integer('row_version').notNull().default(1),
})
