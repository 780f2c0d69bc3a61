import { bigint, integer, jsonb, pgTable, text, timestamp } from 'drizzle-orm/pg-core'
import type { PassMode, PassState, PassVerdict, RunLayer } from '../../contract/run.ts'
import type { RunError } from './runs.ts'

const count = (name: string) => bigint(name, { mode: 'number' })
const snapshot = (name: string) => bigint(name, { mode: 'bigint' })
const at = (name: string) => timestamp(name, { withTimezone: true, precision: 3, mode: 'date' })

/** A stretch of one layer of one topic, planned once; every retry repeats exactly it. Closed ones are pruned after 90 days. */
export const runPasses = pgTable('run_passes', {
  /** `<topic>-<layer>-<seq>` */
  passId: text('pass_id').primaryKey(),
  topic: text('topic').notNull(),
  layer: text('layer').$type<RunLayer>().notNull(),
  seq: count('seq').notNull(),
  mode: text('mode').$type<PassMode>().notNull(),
  state: text('state').$type<PassState>().notNull(),
  /** Curated: snapshots of RAW, (from, to]; null = from the beginning. */
  fromSnapshotId: snapshot('from_snapshot_id'),
  toSnapshotId: snapshot('to_snapshot_id'),
  /** Semantic: curated `pass_seq`, (from, to], read at `sourceSnapshotId` of `__versions`. */
  fromSeq: count('from_seq'),
  toSeq: count('to_seq'),
  sourceSnapshotId: snapshot('source_snapshot_id'),
  /** Total rows of the source at its end. */
  sourceRows: count('source_rows'),
  keysObject: text('keys_object'),
  /** A person's word on a held pass. */
  verdict: text('verdict').$type<PassVerdict>(),
  contractVersion: text('contract_version').notNull(),
  contractSha256: text('contract_sha256').notNull(),
  /** Run, round, lease and plan of the newest attempt. */
  execution: text('execution').notNull(),
  round: integer('round').notNull(),
  fencingToken: count('fencing_token').notNull(),
  planKey: text('plan_key').notNull(),
  attempts: integer('attempts').notNull().default(1),
  jobRunId: text('job_run_id'),
  /** The job's own words: `messages/pass-result`. */
  result: jsonb('result'),
  rowsRead: count('rows_read'),
  rowsWritten: count('rows_written'),
  rowsRejected: count('rows_rejected'),
  error: jsonb('error').$type<RunError>(),
  plannedAt: at('planned_at').notNull().defaultNow(),
  startedAt: at('started_at').notNull().defaultNow(),
  settledAt: at('settled_at'),
})
