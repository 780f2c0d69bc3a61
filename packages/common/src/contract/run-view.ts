import { z } from 'zod'
import { oneOrMore } from './one-or-more.ts'
import { PassMode, PassState, RunEnd, RunInput, RunLayer, RunState, RunTrigger, TopicOutcome } from './run.ts'
import { Instant } from './time.ts'

const RunError = z
  .object({
    code: z.string(),
    message: z.string(),
    class: z.string().optional(),
    state: z.string().optional(),
  })
  .meta({ id: 'RunError' })

/** A run in the list. `id` is the name of its execution. */
export const RunRow = z
  .object({
    id: z.string(),
    trigger: RunTrigger,
    /** The run it repeats or goes on from. */
    parentId: z.string().nullable(),
    operationId: z.uuid().nullable(),
    actor: z.string().nullable(),
    /** Those the reader may see, at most ten; `topicCount` counts all of them. */
    topics: z.array(z.string()),
    topicCount: z.int(),
    state: RunState,
    endedIn: RunEnd.nullable(),
    rounds: z.int(),
    createdAt: Instant,
    startedAt: Instant.nullable(),
    finishedAt: Instant.nullable(),
    error: RunError.nullable(),
    /** Topics per outcome and rows per layer, written at the end. */
    summary: z.record(z.string(), z.number()),
  })
  .meta({ id: 'RunRow' })
export type RunRow = z.infer<typeof RunRow>

export const RunListQuery = z.object({
  state: oneOrMore(RunState),
  trigger: oneOrMore(RunTrigger),
  topic: z.string().min(1).max(48).optional(),
  operationId: z.uuid().optional(),
  from: Instant.optional(),
  to: Instant.optional(),
  cursor: z.string().max(300).optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
})
export type RunListQuery = z.infer<typeof RunListQuery>

export const RunList = z
  .object({ runs: z.array(RunRow), nextCursor: z.string().nullable() })
  .meta({ id: 'RunList' })
export type RunList = z.infer<typeof RunList>

export const RunTopic = z
  .object({
    topic: z.string(),
    outcome: TopicOutcome,
    round: z.int(),
    rowsCurated: z.int(),
    rowsSemantic: z.int(),
    isBehind: z.boolean(),
    error: RunError.nullable(),
    updatedAt: Instant,
  })
  .meta({ id: 'RunTopic' })

export const RunPass = z
  .object({
    passId: z.string(),
    topic: z.string(),
    layer: RunLayer,
    seq: z.int(),
    round: z.int(),
    mode: PassMode,
    state: PassState,
    attempts: z.int(),
    /** Snapshot ids are text: 64 bits. */
    from: z.string().nullable(),
    to: z.string().nullable(),
    fromSeq: z.int().nullable(),
    toSeq: z.int().nullable(),
    contractVersion: z.string(),
    jobRunId: z.string().nullable(),
    rowsRead: z.int().nullable(),
    rowsWritten: z.int().nullable(),
    rowsRejected: z.int().nullable(),
    counts: z.record(z.string(), z.union([z.number(), z.record(z.string(), z.number())])),
    error: RunError.nullable(),
    plannedAt: Instant,
    startedAt: Instant,
    settledAt: Instant.nullable(),
  })
  .meta({ id: 'RunPass' })
export type RunPass = z.infer<typeof RunPass>

export const RunDetail = z
  .object({
    run: RunRow,
    arn: z.string().nullable(),
    input: RunInput,
    topics: z.array(RunTopic),
    passes: z.array(RunPass),
    /** Runs that go on from this one. */
    children: z.array(z.object({ id: z.string(), trigger: RunTrigger, state: RunState })),
  })
  .meta({ id: 'RunDetail' })
export type RunDetail = z.infer<typeof RunDetail>

/** One visit of a state of the machine. */
export const RunStep = z
  .object({
    name: z.string(),
    type: z.string(),
    enteredAt: Instant,
    /** Null while it runs. */
    exitedAt: Instant.nullable(),
    status: z.enum(['running', 'succeeded', 'failed', 'aborted']),
    /** Attempts beyond the first. */
    retries: z.int(),
    error: z.string().nullable(),
    cause: z.string().nullable(),
  })
  .meta({ id: 'RunStep' })
export type RunStep = z.infer<typeof RunStep>

export const RunSteps = z
  .object({
    steps: z.array(RunStep),
    /** Of the 25,000 that an execution may have. */
    eventsUsed: z.int(),
    eventsMax: z.int(),
    isComplete: z.boolean(),
  })
  .meta({ id: 'RunSteps' })
export type RunSteps = z.infer<typeof RunSteps>

export const RunLogQuery = z.object({
  /** One pass only; omitted: every job run of the run. */
  passId: z.string().min(1).max(120).optional(),
  cursor: z.string().max(2_000).optional(),
  limit: z.coerce.number().int().min(1).max(1_000).default(200),
})

export const RunLogs = z
  .object({
    /** Oldest first, scrubbed of values. */
    lines: z.array(z.object({ at: Instant, jobRunId: z.string(), text: z.string() })),
    nextCursor: z.string().nullable(),
    /** Job runs that were asked for; empty = none has begun. */
    jobRunIds: z.array(z.string()),
  })
  .meta({ id: 'RunLogs' })
export type RunLogs = z.infer<typeof RunLogs>
