import { z } from 'zod'
import { PassVerdict, RunLayer } from './run.ts'

/** Kinds whose items are dead letters. */
const messageKinds = [
  'replay',
  'edit-and-replay',
  'transform-and-replay',
  'discard',
  'restore',
  'export',
  're-evaluate-rejects',
] as const

/** Kinds whose items are topics, or one run: they start, stop or ask for work of the pipeline. */
export const jobKinds = [
  'rerun',
  'run-with-input',
  'redrive',
  'stop',
  'rebuild',
  'refresh-snowflake',
  'account',
  'what-if',
  'activate-contract',
  'maintain',
  'rebuild-from-raw',
] as const
export type JobKind = (typeof jobKinds)[number]

/** What an operator can ask for in bulk. Every kind goes through the same engine: plan → confirm → run → outcome per item. */
export const operationKinds = [...messageKinds, ...jobKinds] as const
export const OperationKind = z.enum(operationKinds)
export type OperationKind = z.infer<typeof OperationKind>

export const operationStates = [
  'queued',
  'running',
  'waiting',
  'paused',
  'stalled',
  'verifying',
  'completed',
  'completed_with_failures',
  'cancelling',
  'cancelled',
  'failed',
] as const
export const OperationState = z.enum(operationStates)
export type OperationState = z.infer<typeof OperationState>

/** `canary` sends the first N and waits for their settled outcomes; `ramp` ten times as many at half the rate; `full` the rest. */
export const OperationStage = z.enum(['canary', 'ramp', 'full'])
export type OperationStage = z.infer<typeof OperationStage>

/** Why an operation waits or is paused. `waiting` ends by itself; `paused` needs a person. */
export const OperationCause = z.enum([
  'start_delay',
  'breaker',
  'topic_paused',
  'cap',
  'hold',
  'canary_settling',
  'person',
  'return_rate',
  'error',
])
export type OperationCause = z.infer<typeof OperationCause>

export const itemOutcomes = ['resolved', 'returned', 'unverified', 'skipped', 'failed', 'cancelled'] as const
/** Exactly one of these at the end, for every item of the plan. `resent` is counted beside, it is no outcome. */
export const ItemOutcome = z.enum(itemOutcomes)
export type ItemOutcome = z.infer<typeof ItemOutcome>

export const ItemReason = z.enum([
  'no_longer_open',
  'in_other_operation',
  'body_missing',
  'origin_gone',
  'too_large',
  'permission',
  'edit_conflict',
  'transform_failed',
  'send_failed',
  'cancelled_before_send',
  'not_discarded',
  /** Another run has the topic. */
  'topic_busy',
  'topic_paused',
  'run_failed',
  'run_stopped',
  /** The pass waits for a person: release or discard it. */
  'pass_held',
  'refused_again',
  'migration_failed',
])
export type ItemReason = z.infer<typeof ItemReason>

/** Who acts: a person, a script's service account, or the system itself. */
export const OperationActor = z.object({
  kind: z.enum(['user', 'service', 'system']),
  id: z.string(),
  name: z.string(),
})
export type OperationActor = z.infer<typeof OperationActor>

/** Counts of an operation's items. `total` = pending + sending + verifying + every outcome, at any moment. */
export const OperationCounts = z.object({
  total: z.int(),
  pending: z.int(),
  sending: z.int(),
  verifying: z.int(),
  resolved: z.int(),
  returned: z.int(),
  unverified: z.int(),
  skipped: z.int(),
  failed: z.int(),
  cancelled: z.int(),
  /** Sent more than once because a worker died between sending and recording; same replay id, collapses downstream. */
  resent: z.int(),
})
export type OperationCounts = z.infer<typeof OperationCounts>

/** RFC 6902 operation over the whole body document. */
export const JsonPatchOperation = z.discriminatedUnion('op', [
  z.strictObject({ op: z.literal('add'), path: z.string(), value: z.unknown() }),
  z.strictObject({ op: z.literal('remove'), path: z.string() }),
  z.strictObject({ op: z.literal('replace'), path: z.string(), value: z.unknown() }),
  z.strictObject({ op: z.literal('test'), path: z.string(), value: z.unknown() }),
  z.strictObject({ op: z.literal('move'), from: z.string(), path: z.string() }),
  z.strictObject({ op: z.literal('copy'), from: z.string(), path: z.string() }),
])
export type JsonPatchOperation = z.infer<typeof JsonPatchOperation>
export const JsonPatch = z.array(JsonPatchOperation).min(1).max(100)

/** Settings of a run; all have safe defaults so that a single message needs none of them. */
export const RunSettings = z.strictObject({
  /** Messages per second; changeable while running. */
  rate: z.int().min(1).max(5_000).default(500),
  /** 0 = no canary. */
  canarySize: z.int().min(0).max(1_000).default(0),
  /** Pause by itself when more than this share of the settled messages came back. */
  returnRateMax: z.number().min(0).max(1).default(0.05),
  /** Delayed start, so that a click can be undone. */
  startDelaySeconds: z.int().min(0).max(60).default(0),
})
export type RunSettings = z.infer<typeof RunSettings>

/** What a kind needs beyond its selection. */
export const OperationParameters = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('replay') }),
  z.strictObject({
    kind: z.literal('edit-and-replay'),
    patch: JsonPatch,
    /** SHA-256 (hex) of the body the patch was written against; another body = conflict. */
    bodySha256: z.string().regex(/^[0-9a-f]{64}$/),
  }),
  z.strictObject({ kind: z.literal('transform-and-replay'), patch: JsonPatch }),
  z.strictObject({ kind: z.literal('discard') }),
  z.strictObject({ kind: z.literal('restore') }),
  z.strictObject({ kind: z.literal('export'), format: z.enum(['ndjson', 'csv']) }),
  z.strictObject({ kind: z.literal('re-evaluate-rejects') }),
  z.strictObject({ kind: z.literal('rerun') }),
  z.strictObject({
    kind: z.literal('run-with-input'),
    /** As in the execution's input: more than what is new. Omitted: what is new. */
    request: z
      .union([
        z.strictObject({ mode: z.literal('recompute'), layer: RunLayer }),
        z.strictObject({ mode: z.literal('held'), verdict: PassVerdict }),
      ])
      .optional(),
  }),
  z.strictObject({ kind: z.literal('redrive') }),
  z.strictObject({ kind: z.literal('stop') }),
  z.strictObject({ kind: z.literal('rebuild'), layer: RunLayer }),
  z.strictObject({ kind: z.literal('refresh-snowflake') }),
  z.strictObject({ kind: z.literal('account') }),
  z.strictObject({
    kind: z.literal('what-if'),
    sha256: z.string().regex(/^[0-9a-f]{64}$/),
    days: z.int().min(1).max(365).default(7),
  }),
  z.strictObject({
    kind: z.literal('activate-contract'),
    sha256: z.string().regex(/^[0-9a-f]{64}$/),
    /** A person has decided that a what-if which ran out of time is enough. */
    acceptsCutWhatIf: z.boolean().optional(),
  }),
  /** Compaction and expiry of a topic's tables. */
  z.strictObject({ kind: z.literal('maintain') }),
  /** All tables of a topic anew from RAW: `compare` changes nothing, `swap` puts them in place of the live ones. */
  z.strictObject({ kind: z.literal('rebuild-from-raw'), action: z.enum(['compare', 'swap']) }),
])
export type OperationParameters = z.infer<typeof OperationParameters>
export type JobParameters = Extract<OperationParameters, { kind: JobKind }>
export type LetterParameters = Exclude<OperationParameters, { kind: JobKind }>
