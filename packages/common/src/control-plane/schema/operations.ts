import { sql } from 'drizzle-orm'
import {
  bigint,
  boolean,
  check,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  timestamp,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core'
import type {
  ItemOutcome,
  ItemReason,
  OperationCause,
  OperationKind,
  OperationParameters,
  OperationStage,
  OperationState,
  RunSettings,
} from '../../contract/operation.ts'
import type { PlanPreview, PlanSelection } from '../../contract/plan.ts'

const at = (name: string) => timestamp(name, { withTimezone: true, mode: 'date' })

/** A stored preview: what is confirmed is exactly this, or a conflict is shown. Lives 15 minutes. */
export const plans = pgTable(
  'plans',
  {
    id: uuid('id').primaryKey().defaultRandom(),
    kind: text('kind').$type<OperationKind>().notNull(),
    parameters: jsonb('parameters').$type<OperationParameters>().notNull(),
    /** The selection with absolute times. */
    selection: jsonb('selection').$type<PlanSelection>().notNull(),
    /** Rows indexed after this sequence never join. */
    asOfSequence: bigint('as_of_sequence', { mode: 'number' }).notNull(),
    count: integer('count').notNull(),
    bytes: bigint('bytes', { mode: 'number' }).notNull(),
    preview: jsonb('preview').$type<PlanPreview>().notNull(),
    /** "Would it work now?" is answered by a worker, which has the pipeline's own code. */
    checkState: text('check_state').$type<'pending' | 'done' | 'not_applicable' | 'failed'>().notNull(),
    check: jsonb('check'),
    createdBy: text('created_by').notNull(),
    createdAt: at('created_at').notNull().defaultNow(),
    expiresAt: at('expires_at').notNull(),
    operationId: uuid('operation_id'),
  },
  (t) => [index('plans_expires_at').on(t.expiresAt)],
)

export const operations = pgTable(
  'operations',
  {
    id: uuid('id').primaryKey().defaultRandom(),
    kind: text('kind').$type<OperationKind>().notNull(),
    parameters: jsonb('parameters').$type<OperationParameters>().notNull(),
    planId: uuid('plan_id').notNull(),
    /** "Replay the failures" links back to the operation whose failures it takes. */
    parentId: uuid('parent_id'),
    title: text('title').notNull(),
    reason: text('reason').notNull(),
    selection: jsonb('selection').$type<PlanSelection>().notNull(),
    settings: jsonb('settings').$type<RunSettings>().notNull(),
    topics: text('topics').array().notNull(),
    state: text('state').$type<OperationState>().notNull(),
    stage: text('stage').$type<OperationStage>().notNull(),
    cause: text('cause').$type<OperationCause>(),
    /** One sentence: why it stands where it stands and what comes next. */
    note: text('note'),
    startsAt: at('starts_at').notNull(),
    createdBy: text('created_by').notNull(),
    createdByName: text('created_by_name').notNull(),
    createdAt: at('created_at').notNull().defaultNow(),
    startedAt: at('started_at'),
    endedAt: at('ended_at'),
    /** Who changed it last by hand: "Ana paused this 12 s ago". */
    changedBy: text('changed_by'),
    changedByName: text('changed_by_name'),
    changedAt: at('changed_at'),
    changedAction: text('changed_action'),
    /** Incremented on every change a person makes; PATCH needs it in If-Match. */
    version: integer('version').notNull().default(1),
    total: integer('total').notNull(),
    resent: integer('resent').notNull().default(0),
    /** Lease of the worker that holds it. The token grows with every take-over; writes of an older holder are refused. */
    leaseToken: bigint('lease_token', { mode: 'number' }).notNull().default(0),
    leaseUntil: at('lease_until'),
    heartbeatAt: at('heartbeat_at'),
    /** Where an export lies, how large it is. */
    result: jsonb('result').$type<{ bucket: string; key: string; bytes: number; rows: number }>(),
  },
  (t) => [
    index('operations_created').on(t.createdAt.desc(), t.id.desc()),
    index('operations_live').on(t.state).where(sql`ended_at is null`),
    index('operations_by_actor').on(t.createdBy, t.createdAt.desc()),
  ],
)

export const operationItems = pgTable(
  'operation_items',
  {
    operationId: uuid('operation_id')
      .notNull()
      .references(() => operations.id),
    deadLetterId: text('dead_letter_id').notNull(),
    topic: text('topic').notNull(),
    /** Order of sending: the dead letter's index sequence. */
    sequence: bigint('sequence', { mode: 'number' }).notNull(),
    state: text('state').$type<'pending' | 'sending' | 'verifying' | 'done'>().notNull(),
    outcome: text('outcome').$type<ItemOutcome>(),
    reason: text('reason').$type<ItemReason>(),
    detail: text('detail'),
    /** Deterministic: hash(operation, dead letter). The same on every send of this item. */
    replayId: text('replay_id'),
    attempt: integer('attempt'),
    /** Stage at or past which the message must be seen for the item to be resolved. */
    verifyStage: text('verify_stage').$type<'ingest' | 'delivery' | 'curated' | 'semantic'>(),
    verifyBy: at('verify_by'),
    sends: integer('sends').notNull().default(0),
    /** Lease token under which it was claimed; an item in `sending` under an older token is taken over and counted as resent. */
    claimToken: bigint('claim_token', { mode: 'number' }),
    isCanary: boolean('is_canary').notNull().default(false),
    sentAt: at('sent_at'),
    settledAt: at('settled_at'),
  },
  (t) => [
    primaryKey({ columns: [t.operationId, t.deadLetterId] }),
    index('operation_items_work').on(t.operationId, t.state, t.sequence),
    index('operation_items_settled').on(t.operationId, t.settledAt).where(sql`state = 'done'`),
    /** A message is in at most one live operation, whatever two people click at the same moment. */
    uniqueIndex('operation_items_one_live').on(t.deadLetterId).where(sql`state <> 'done'`),
    index('operation_items_deadline').on(t.verifyBy).where(sql`state = 'verifying'`),
    check('operation_items_outcome', sql`(state = 'done') = (outcome is not null)`),
  ],
)

/** Throughput and return rate of an operation, one row per ten seconds in which anything happened. */
export const operationSeries = pgTable(
  'operation_series',
  {
    operationId: uuid('operation_id').notNull(),
    bucket: at('bucket').notNull(),
    sent: integer('sent').notNull().default(0),
    resolved: integer('resolved').notNull().default(0),
    returned: integer('returned').notNull().default(0),
    failed: integer('failed').notNull().default(0),
  },
  (t) => [primaryKey({ columns: [t.operationId, t.bucket] })],
)
