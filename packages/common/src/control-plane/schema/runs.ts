import {
  bigint,
  boolean,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  timestamp,
  uuid,
} from 'drizzle-orm/pg-core'
import type { OperationActor } from '../../contract/operation.ts'
import type { RunEnd, RunInput, RunState, RunTrigger, TopicOutcome } from '../../contract/run.ts'

const at = (name: string) => timestamp(name, { withTimezone: true, precision: 3, mode: 'date' })

/** Why a run, a topic of it or a pass failed. `state`: where in the state machine. */
export type RunError = { code: string; message: string; class?: string; state?: string }

/** One row per execution of `pipeline-run`, written before it starts. Pruned after 90 days. */
export const runs = pgTable('runs', {
  /** The execution's name: unique for ever, so it is the key. */
  execution: text('execution').primaryKey(),
  arn: text('arn'),
  trigger: text('trigger').$type<RunTrigger>().notNull(),
  parentExecution: text('parent_execution'),
  operationId: uuid('operation_id'),
  actor: jsonb('actor').$type<OperationActor>(),
  topics: text('topics').array().notNull(),
  input: jsonb('input').$type<RunInput>().notNull(),
  state: text('state').$type<RunState>().notNull(),
  endedIn: text('ended_in').$type<RunEnd>(),
  rounds: integer('rounds').notNull().default(0),
  createdAt: at('created_at').notNull().defaultNow(),
  startedAt: at('started_at'),
  finishedAt: at('finished_at'),
  error: jsonb('error').$type<RunError>(),
  /** Number of topics per outcome, rows, passes: written at the end. */
  summary: jsonb('summary').$type<Record<string, number>>().notNull().default({}),
})

/** What came of each topic of a run. */
export const runTopics = pgTable(
  'run_topics',
  {
    execution: text('execution').notNull(),
    topic: text('topic').notNull(),
    fencingToken: bigint('fencing_token', { mode: 'number' }),
    round: integer('round').notNull().default(0),
    outcome: text('outcome').$type<TopicOutcome>().notNull().default('WAITING'),
    rowsCurated: bigint('rows_curated', { mode: 'number' }).notNull().default(0),
    rowsSemantic: bigint('rows_semantic', { mode: 'number' }).notNull().default(0),
    /** The newest curated pass passed the contract's backlog threshold. */
    isBehind: boolean('is_behind').notNull().default(false),
    error: jsonb('error').$type<RunError>(),
    updatedAt: at('updated_at').notNull().defaultNow(),
  },
  (t) => [primaryKey({ columns: [t.execution, t.topic] })],
)
