import { z } from 'zod'
import { findingKinds } from '../contract/finding.ts'
import { RunLayer } from '../contract/run.ts'
import { Instant } from '../contract/time.ts'

/** A 64-bit Iceberg snapshot id as text: JSON numbers would round it. */
export const SnapshotId = z.string().regex(/^\d{1,19}$/)

const Findings = z.array(
  z.object({
    kind: z.enum(findingKinds),
    path: z.array(z.string()).nullish(),
    column: z.string().nullish(),
    count: z.int().min(0),
    sampleMessageId: z.string().nullish(),
    /** Without values. */
    detail: z.string().nullish(),
  }),
)

/**
 * What a job says of one pass: `results/<execution>/<passId>.json` in the lake, written whatever happened. Counts are the
 * job's; heads are the snapshots of its tables after the pass.
 */
export const PassResult = z.object({
  version: z.literal(1),
  passId: z.string(),
  topic: z.string(),
  layer: RunLayer,
  passSeq: z.int().min(1),
  execution: z.string(),
  jobRunId: z.string().nullish(),
  state: z.enum(['succeeded', 'failed', 'nothing']),
  startedAt: Instant,
  finishedAt: Instant,
  from: SnapshotId.nullish(),
  to: SnapshotId.nullish(),
  fromSeq: z.int().nullish(),
  toSeq: z.int().nullish(),
  sourceSnapshot: SnapshotId.nullish(),
  counts: z.record(z.string(), z.union([z.int().min(0), z.record(z.string(), z.int().min(0))])).default({}),
  snapshots: z.record(z.string(), SnapshotId.nullable()).default({}),
  rows: z.record(z.string(), z.int().min(0).nullable()).default({}),
  isHeld: z.boolean().default(false),
  branch: z.string().nullish(),
  manifest: z.string().nullish(),
  findings: Findings.default([]),
  error: z
    .object({
      code: z.string().regex(/^[A-Z][A-Z0-9_]*$/),
      message: z.string(),
      class: z.enum(['data', 'transient', 'config', 'unknown']).default('unknown'),
    })
    .nullish(),
})
export type PassResult = z.infer<typeof PassResult>

export const passResultKey = (execution: string, passId: string): string =>
  `results/${execution}/${passId}.json`
