import { z } from 'zod'
import {
  ItemOutcome,
  ItemReason,
  OperationActor,
  OperationCause,
  OperationCounts,
  OperationKind,
  OperationParameters,
  OperationStage,
  OperationState,
} from './operation.ts'
import { PlanSelection } from './plan.ts'
import { Instant } from './time.ts'

/** An operation as list and detail show it. */
export const OperationView = z
  .object({
    id: z.uuid(),
    planId: z.uuid(),
    parentId: z.uuid().nullable(),
    kind: OperationKind,
    title: z.string(),
    topics: z.array(z.string()),
    state: OperationState,
    stage: OperationStage,
    cause: OperationCause.nullable(),
    note: z.string().nullable(),
    parameters: OperationParameters,
    selection: PlanSelection,
    counts: OperationCounts,
    rate: z.int(),
    canarySize: z.int(),
    returnRateMax: z.number(),
    startAfter: Instant,
    reason: z.string(),
    actor: OperationActor,
    heartbeatAt: Instant.nullable(),
    result: z.object({ bytes: z.int(), rows: z.int() }).nullable(),
    createdAt: Instant,
    startedAt: Instant.nullable(),
    finishedAt: Instant.nullable(),
    version: z.int(),
    /** The last change a person made: "Ana paused this 12 s ago". */
    changed: z.object({ by: z.string(), at: Instant, action: z.string() }).nullable(),
  })
  .meta({ id: 'Operation' })
export type OperationView = z.infer<typeof OperationView>

export const OperationItemView = z
  .object({
    deadLetterId: z.string(),
    topic: z.string(),
    state: z.enum(['pending', 'sending', 'verifying', 'done']),
    outcome: ItemOutcome.nullable(),
    reason: ItemReason.nullable(),
    detail: z.string().nullable(),
    attempt: z.int().nullable(),
    sends: z.int(),
    sentAt: Instant.nullable(),
    settledAt: Instant.nullable(),
  })
  .meta({ id: 'OperationItem' })
export type OperationItemView = z.infer<typeof OperationItemView>

/** Ten seconds of an operation: what was sent, how it settled. */
export const OperationSeriesPoint = z
  .object({
    at: Instant,
    sent: z.int(),
    resolved: z.int(),
    returned: z.int(),
    unverified: z.int(),
    skipped: z.int(),
    failed: z.int(),
  })
  .meta({ id: 'OperationSeriesPoint' })
export type OperationSeriesPoint = z.infer<typeof OperationSeriesPoint>
