import { z } from 'zod'
import { Instant } from './time.ts'

/** A commit of one of a topic's tables. Ids are text: 64 bits. */
const Snapshot = z.object({
  id: z.string(),
  parentId: z.string().nullable(),
  at: Instant,
  operation: z.string(),
  addedRows: z.int().nullable(),
  totalRows: z.int().nullable(),
  totalFiles: z.int().nullable(),
  /** The pass that made it, where one did. */
  passId: z.string().nullable(),
})

const Checkpoint = z.object({
  passSeq: z.int(),
  passId: z.string(),
  /** What the layer has read of the one before it: a snapshot and, in semantic, a curated pass. */
  sourceSnapshotId: z.string().nullable(),
  sourceSeq: z.int().nullable(),
  headSnapshotId: z.string().nullable(),
  contractVersion: z.string(),
  updatedAt: Instant,
})

const Layer = z.object({
  layer: z.enum(['raw', 'curated', 'semantic']),
  database: z.string(),
  table: z.string(),
  /** False: nobody has made the table yet. */
  exists: z.boolean(),
  headSnapshotId: z.string().nullable(),
  totalRows: z.int().nullable(),
  /** How far this layer has come; RAW has none, it is where messages land. */
  checkpoint: Checkpoint.nullable(),
  /** Newest first. */
  snapshots: z.array(Snapshot),
  /** Why its metadata could not be read; then the rest of it is what the control plane knows. */
  error: z.string().nullable(),
})

export const TopicSnapshots = z
  .object({ topic: z.string(), readAt: Instant, layers: z.array(Layer) })
  .meta({ id: 'TopicSnapshots' })
export type TopicSnapshots = z.infer<typeof TopicSnapshots>

export const SnapshotQuery = z.object({ limit: z.coerce.number().int().min(1).max(500).default(50) })

/** The closed account of a topic: every message up to one snapshot of RAW, each in one term. */
export const TopicAccount = z
  .object({
    topic: z.string(),
    /** Null: nobody has counted yet. */
    account: z
      .object({
        rawSnapshotId: z.string(),
        computedAt: Instant,
        ageSeconds: z.int(),
        /** RAW has moved on since. */
        isOutdated: z.boolean(),
        unexplained: z.int(),
        operationId: z.uuid().nullable(),
        /** Terms and, where it does not close, ids; as the job counted them. */
        result: z.record(z.string(), z.unknown()),
      })
      .nullable(),
    /** A count under way. */
    operationId: z.uuid().nullable(),
  })
  .meta({ id: 'TopicAccount' })
export type TopicAccount = z.infer<typeof TopicAccount>

export const ComputeAccount = z
  .strictObject({ reason: z.string().trim().min(1, 'say why: the audit keeps it').max(500) })
  .meta({ id: 'ComputeAccount' })
export type ComputeAccount = z.infer<typeof ComputeAccount>
