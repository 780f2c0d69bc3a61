import { z } from 'zod'
import { DeadLetterFilter } from './dead-letter-filter.ts'
import { OperationKind, OperationParameters, RunSettings } from './operation.ts'

/** Explicit ids, or everything that matches a filter minus what was unticked. New rows never join either. */
export const PlanSelection = z.discriminatedUnion('by', [
  z.strictObject({
    by: z.literal('ids'),
    ids: z
      .array(z.string().regex(/^[0-9a-f]{32}$/))
      .min(1)
      .max(500),
  }),
  z.strictObject({
    by: z.literal('filter'),
    /** DeadLetterFilter with absolute times; a plan over an empty filter is refused. */
    filter: DeadLetterFilter,
    except: z
      .array(z.string().regex(/^[0-9a-f]{32}$/))
      .max(500)
      .default([]),
  }),
  /** For kinds that act on topics. */
  z.strictObject({ by: z.literal('topics'), topics: z.array(z.string().min(1).max(48)).min(1).max(1_000) }),
  /** For kinds that act on a run: the name of its execution. */
  z.strictObject({ by: z.literal('run'), execution: z.string().min(1).max(80) }),
])
export type PlanSelection = z.infer<typeof PlanSelection>

/** Selections of messages. */
export type LetterSelection = Extract<PlanSelection, { by: 'ids' | 'filter' }>

/** What stands in the way, or deserves a look, before confirming. `blocking` ones refuse the confirmation. */
export const PlanBlocker = z.object({
  code: z.enum([
    'nothing_selected',
    'too_many',
    'in_other_operation',
    'breaker_open',
    'topic_paused',
    'held',
    'origin_unknown',
    'body_missing',
    'not_replayable',
    'owner_refused',
    'unchanged_semantic_replay',
    'not_rejected',
    'topic_busy',
    'run_not_failed',
    'run_not_running',
    'no_snowflake_target',
    'gate_closed',
    'contract_breaking',
    'what_if_missing',
    'what_if_cut',
    'not_a_draft',
  ]),
  blocking: z.boolean(),
  count: z.int(),
  message: z.string(),
})
export type PlanBlocker = z.infer<typeof PlanBlocker>

export const PlanPreview = z.object({
  byTopic: z.array(z.object({ topic: z.string(), count: z.int() })),
  byGroup: z.array(z.object({ fingerprint: z.string(), title: z.string(), count: z.int() })),
  byStatus: z.array(z.object({ status: z.string(), count: z.int() })),
  oldest: z.iso.datetime().nullable(),
  newest: z.iso.datetime().nullable(),
  sampleIds: z.array(z.string()),
  consequence: z.string(),
  blockers: z.array(PlanBlocker),
})
export type PlanPreview = z.infer<typeof PlanPreview>

/** "Would it work now?": today's parse, classify and contract code over the chosen messages, nothing sent. */
export const PlanCheck = z.object({
  checked: z.int(),
  wouldPass: z.int(),
  stillFail: z.array(
    z.object({ code: z.string(), detail: z.string(), count: z.int(), sampleId: z.string() }),
  ),
  /** True when only a sample was checked; the counts are then of the sample. */
  isSample: z.boolean(),
  samples: z.array(z.object({ id: z.string(), before: z.string(), after: z.string() })).default([]),
})
export type PlanCheck = z.infer<typeof PlanCheck>

export const CreatePlan = z.strictObject({ parameters: OperationParameters, selection: PlanSelection })
export type CreatePlan = z.infer<typeof CreatePlan>

export const ConfirmPlan = z.strictObject({
  planId: z.uuid(),
  reason: z.string().trim().min(1, 'say why: the audit keeps it').max(500),
  settings: RunSettings.prefault({}),
  /** The operation whose failures this one takes up again. */
  parentId: z.uuid().optional(),
})
export type ConfirmPlan = z.infer<typeof ConfirmPlan>

export const Plan = z.object({
  id: z.uuid(),
  kind: OperationKind,
  parameters: OperationParameters,
  selection: PlanSelection,
  count: z.int(),
  bytes: z.int(),
  preview: PlanPreview,
  checkState: z.enum(['pending', 'done', 'not_applicable', 'failed']),
  check: PlanCheck.nullable(),
  createdAt: z.iso.datetime(),
  expiresAt: z.iso.datetime(),
})
export type Plan = z.infer<typeof Plan>
