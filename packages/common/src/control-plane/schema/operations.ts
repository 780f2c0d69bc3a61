import {
  bigint,
  boolean,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  real,
  text,
  timestamp,
  uuid,
} from 'drizzle-orm/pg-core'
import type {
  ItemOutcome,
  ItemReason,
  OperationActor,
  OperationCause,
  OperationKind,
  OperationParameters,
  OperationStage,
  OperationState,
} from '../../contract/operation.ts'
import type { PlanCheck, PlanPreview, PlanSelection } from '../../contract/plan.ts'

const at = (name: string) => timestamp(name, { withTimezone: true, precision: 3, mode: 'date' })

/** A stored preview: what is confirmed is exactly this, or a conflict is shown. Lives 15 minutes. */
export const plans = pgTable('plans', {
  id: uuid('id').primaryKey(),
  kind: text('kind').$type<OperationKind>().notNull(),
  parameters: jsonb('parameters').$type<OperationParameters>().notNull(),
  selection: jsonb('selection').$type<PlanSelection>().notNull(),
  /** Rows indexed after this sequence never join. */
  asOf: bigint('as_of', { mode: 'number' }).notNull(),
  count: integer('count').notNull(),
  bytes: bigint('bytes', { mode: 'number' }).notNull().default(0),
  preview: jsonb('preview').$type<PlanPreview>().notNull(),
  checkState: text('check_state')
    .$type<'pending' | 'done' | 'not_applicable' | 'failed'>()
    .notNull()
    .default('pending'),
  checkResult: jsonb('check_result').$type<PlanCheck>(),
  actor: jsonb('actor').$type<OperationActor>().notNull(),
  createdAt: at('created_at').notNull().defaultNow(),
  expiresAt: at('expires_at').notNull(),
  operationId: uuid('operation_id'),
})

export const operations = pgTable('operations', {
  id: uuid('id').primaryKey(),
  planId: uuid('plan_id').notNull(),
  parentId: uuid('parent_id'),
  kind: text('kind').$type<OperationKind>().notNull(),
  title: text('title').notNull(),
  topics: text('topics').array().notNull(),
  state: text('state').$type<OperationState>().notNull(),
  stage: text('stage').$type<OperationStage>().notNull(),
  cause: text('cause').$type<OperationCause>(),
  note: text('note'),
  parameters: jsonb('parameters').$type<OperationParameters>().notNull(),
  selection: jsonb('selection').$type<PlanSelection>().notNull(),
  asOf: bigint('as_of', { mode: 'number' }).notNull(),
  total: integer('total').notNull().default(0),
  pending: integer('pending').notNull().default(0),
  sending: integer('sending').notNull().default(0),
  verifying: integer('verifying').notNull().default(0),
  resolved: integer('resolved').notNull().default(0),
  returned: integer('returned').notNull().default(0),
  unverified: integer('unverified').notNull().default(0),
  skipped: integer('skipped').notNull().default(0),
  failed: integer('failed').notNull().default(0),
  cancelled: integer('cancelled').notNull().default(0),
  resent: integer('resent').notNull().default(0),
  rate: integer('rate').notNull().default(500),
  canarySize: integer('canary_size').notNull().default(0),
  returnRateMax: real('return_rate_max').notNull().default(0.05),
  startAfter: at('start_after').notNull().defaultNow(),
  reason: text('reason').notNull(),
  actor: jsonb('actor').$type<OperationActor>().notNull(),
  leaseOwner: text('lease_owner'),
  leaseUntil: at('lease_until'),
  fencingToken: bigint('fencing_token', { mode: 'number' }).notNull().default(0),
  heartbeatAt: at('heartbeat_at'),
  error: jsonb('error'),
  result: jsonb('result').$type<{ bucket: string; key: string; bytes: number; rows: number }>(),
  createdAt: at('created_at').notNull().defaultNow(),
  startedAt: at('started_at'),
  finishedAt: at('finished_at'),
  acknowledgedAt: at('acknowledged_at'),
  version: integer('version').notNull().default(1),
  changedAt: at('changed_at'),
  changedBy: jsonb('changed_by').$type<OperationActor>(),
  changedAction: text('changed_action'),
})

export const operationItems = pgTable(
  'operation_items',
  {
    operationId: uuid('operation_id').notNull(),
    deadLetterId: text('dead_letter_id').notNull(),
    topic: text('topic').notNull(),
    sequence: bigint('sequence', { mode: 'number' }).notNull(),
    state: text('state').$type<'pending' | 'sending' | 'verifying' | 'done'>().notNull(),
    outcome: text('outcome').$type<ItemOutcome>(),
    reason: text('reason').$type<ItemReason>(),
    detail: text('detail'),
    replayId: text('replay_id'),
    attempt: integer('attempt'),
    verifyStage: text('verify_stage').$type<'ingest' | 'delivery' | 'curated' | 'semantic'>(),
    sends: integer('sends').notNull().default(0),
    fencingToken: bigint('fencing_token', { mode: 'number' }),
    claimedAt: at('claimed_at'),
    sentAt: at('sent_at'),
    settleBy: at('settle_by'),
    settledAt: at('settled_at'),
  },
  (t) => [primaryKey({ columns: [t.deadLetterId, t.operationId] })],
)

export const operationSeries = pgTable(
  'operation_series',
  {
    operationId: uuid('operation_id').notNull(),
    bucket: timestamp('bucket', { withTimezone: true, precision: 0, mode: 'date' }).notNull(),
    sent: integer('sent').notNull().default(0),
    resolved: integer('resolved').notNull().default(0),
    returned: integer('returned').notNull().default(0),
    unverified: integer('unverified').notNull().default(0),
    skipped: integer('skipped').notNull().default(0),
    failed: integer('failed').notNull().default(0),
  },
  (t) => [primaryKey({ columns: [t.operationId, t.bucket] })],
)

/** One row: "hold all operations", obeyed before every batch. */
export const hold = pgTable('hold', {
  id: boolean('id').primaryKey().default(true),
  isHeld: boolean('is_held').notNull().default(false),
  reason: text('reason'),
  heldBy: text('held_by'),
  heldAt: at('held_at'),
  until: at('until'),
  version: integer('version').notNull().default(1),
})
