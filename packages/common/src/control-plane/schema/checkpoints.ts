import { bigint, pgTable, primaryKey, text, timestamp } from 'drizzle-orm/pg-core'
import type { RunLayer } from '../../contract/run.ts'

const count = (name: string) => bigint(name, { mode: 'number' })
const snapshot = (name: string) => bigint(name, { mode: 'bigint' })
const at = (name: string) => timestamp(name, { withTimezone: true, precision: 3, mode: 'date' })

/** How far a layer of a topic has come. No row: nothing was ever processed. */
export const checkpoints = pgTable(
  'checkpoints',
  {
    topic: text('topic').notNull(),
    layer: text('layer').$type<RunLayer>().notNull(),
    /** Number of the newest settled pass of this layer; in curated tables the column `pass_seq`. */
    passSeq: count('pass_seq').notNull(),
    passId: text('pass_id').notNull(),
    /** Read up to here: curated = a snapshot of RAW, semantic = one of `__versions`. 64-bit: bigint here, text in the API. */
    sourceSnapshotId: snapshot('source_snapshot_id'),
    /** Total rows of that snapshot. */
    sourceRows: count('source_rows'),
    /** Semantic only: curated `pass_seq` read up to. */
    sourceSeq: count('source_seq'),
    /** Newest curated pass that rewrote the whole topic. */
    recomputedSeq: count('recomputed_seq').notNull().default(0),
    /** Newest curated pass that wrote rows. */
    writtenSeq: count('written_seq').notNull().default(0),
    /** What the pass left: `__versions` or the semantic table. */
    headSnapshotId: snapshot('head_snapshot_id'),
    headRows: count('head_rows'),
    contractVersion: text('contract_version').notNull(),
    contractSha256: text('contract_sha256').notNull(),
    updatedAt: at('updated_at').notNull().defaultNow(),
  },
  (t) => [primaryKey({ columns: [t.topic, t.layer] })],
)

/** Every move of a checkpoint, with the run and the lease that made it. Pruned after 90 days. */
export const checkpointHistory = pgTable(
  'checkpoint_history',
  {
    topic: text('topic').notNull(),
    layer: text('layer').$type<RunLayer>().notNull(),
    passSeq: count('pass_seq').notNull(),
    passId: text('pass_id').notNull(),
    execution: text('execution').notNull(),
    fencingToken: count('fencing_token').notNull(),
    sourceSnapshotId: snapshot('source_snapshot_id'),
    sourceRows: count('source_rows'),
    sourceSeq: count('source_seq'),
    headSnapshotId: snapshot('head_snapshot_id'),
    headRows: count('head_rows'),
    contractVersion: text('contract_version').notNull(),
    at: at('at').notNull().defaultNow(),
  },
  (t) => [primaryKey({ columns: [t.topic, t.layer, t.passSeq] })],
)
