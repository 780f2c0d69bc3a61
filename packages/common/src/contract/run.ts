import { z } from 'zod'

/** Layers that a run fills, in order. */
export const runLayers = ['curated', 'semantic'] as const
export const RunLayer = z.enum(runLayers)
export type RunLayer = z.infer<typeof RunLayer>

/** Step Functions' own words, and PENDING: recorded, not started yet. */
export const runStates = ['PENDING', 'RUNNING', 'SUCCEEDED', 'FAILED', 'TIMED_OUT', 'ABORTED'] as const
export const RunState = z.enum(runStates)
export type RunState = z.infer<typeof RunState>

/** The state of the machine in which a run ended; `RunFailed` also when only some topics failed. */
export const RunEnd = z.enum([
  'NoNewData',
  'CurationOnlySuccess',
  'NoNewCuratedData',
  'FullPipelineSuccess',
  'RunFailed',
])
export type RunEnd = z.infer<typeof RunEnd>

export const RunTrigger = z.enum(['schedule', 'manual', 'redrive', 'successor', 'operation'])
export type RunTrigger = z.infer<typeof RunTrigger>

/** What came of one topic of a run. BUSY = another run holds it; PAUSED = a person stopped its processing. */
export const topicOutcomes = [
  'WAITING',
  'IN_PROGRESS',
  'NO_NEW_DATA',
  'CURATED_ONLY',
  'NO_NEW_CURATED_DATA',
  'COMPLETE',
  'HELD',
  'FAILED',
  'BUSY',
  'PAUSED',
  'UNKNOWN_TOPIC',
] as const
export const TopicOutcome = z.enum(topicOutcomes)
export type TopicOutcome = z.infer<typeof TopicOutcome>

/** Step Functions' words, and PENDING, HELD (written to a branch, waits for a person), DISCARDED (a held pass that a person dropped). */
export const passStates = [
  'PENDING',
  'RUNNING',
  'SUCCEEDED',
  'FAILED',
  'TIMED_OUT',
  'ABORTED',
  'HELD',
  'DISCARDED',
] as const
export const PassState = z.enum(passStates)
export type PassState = z.infer<typeof PassState>

/** incremental = what is new · first = nothing was processed before · recompute = the whole topic · keys = only named keys. */
export const PassMode = z.enum(['incremental', 'first', 'recompute', 'keys'])
export type PassMode = z.infer<typeof PassMode>

export const PassVerdict = z.enum(['release', 'discard'])
export type PassVerdict = z.infer<typeof PassVerdict>

/**
 * What an execution of `pipeline-run` is started with. `{ "topics": ["orders"] }` is enough. `request` asks for more than
 * what is new: `recompute` rewrites the layer (and what lies behind it) from its source; `keys` re-evaluates the keys listed
 * in an NDJSON object per topic, in the semantic layer; `held` decides on held passes: `release` publishes them, `discard`
 * drops them, and their stretch waits for another pass.
 */
export const RunInput = z.object({
  topics: z.array(z.string()).min(1).max(1_000),
  trigger: RunTrigger.optional(),
  parentExecution: z.string().optional(),
  operationId: z.uuid().optional(),
  request: z
    .discriminatedUnion('mode', [
      z.object({ mode: z.literal('recompute'), layer: RunLayer }),
      z.object({ mode: z.literal('held'), verdict: PassVerdict }),
      z.object({ mode: z.literal('keys'), keysObjects: z.record(z.string(), z.string()) }),
    ])
    .optional(),
})
export type RunInput = z.infer<typeof RunInput>
