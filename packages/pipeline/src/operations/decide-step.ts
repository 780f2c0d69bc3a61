import type {
  OperationCause,
  OperationCounts,
  OperationStage,
  RunSettings,
} from '@lean-ops/common/contract/operation'

/** What the engine knows when it decides what to do next. Plain data, read in one query per step. */
export type StepFacts = {
  stage: OperationStage
  settings: RunSettings
  counts: OperationCounts
  /** Items of the pending ones whose topic may not be sent to at this moment (breaker open, topic paused). */
  blockedPending: number
  blockedCause: Extract<OperationCause, 'breaker' | 'topic_paused'> | undefined
  /** "Hold all operations" is on. */
  isHeld: boolean
  /** Does this kind send messages whose fate is learnt later (replays), or is an item done when its row is written? */
  settlesLater: boolean
}

export type Step =
  | { do: 'send'; stage: OperationStage; limit: number; rateMax: number }
  | { do: 'wait'; cause: OperationCause }
  | { do: 'pause'; cause: Extract<OperationCause, 'return_rate'> }
  | { do: 'verify' }
  | { do: 'finish'; state: 'completed' | 'completed_with_failures' }

/** Share of a probe that must be settled before the next stage; a straggler must not hold 100,000 messages. */
export const settledShareMin = 0.95
/** Below this many settled messages a share says nothing: 1 of 3 is not "33 % come back". */
export const returnSampleMin = 20
const rampFactor = 10

/**
 * The whole policy of a running operation as one pure function: canary → ramp → full on *settled outcomes*, never on time;
 * a pause on the return rate; hold; blocked topics wait while others go on.
 */
export function decideStep(facts: StepFacts): Step {
  const { counts, settings } = facts
  const notSent = counts.pending
  if (facts.isHeld && notSent > 0) return { do: 'wait', cause: 'hold' }
  if (returnsTooMuch(facts) && notSent > 0) return { do: 'pause', cause: 'return_rate' }
  if (notSent === 0) {
    if (counts.sending + counts.verifying > 0) return { do: 'verify' }
    return { do: 'finish', state: hasFailures(counts) ? 'completed_with_failures' : 'completed' }
  }
  const gate = facts.settlesLater
    ? stageGate(facts)
    : { stage: 'full' as const, limit: notSent, rateMax: settings.rate }
  if (gate.limit <= 0) return { do: 'wait', cause: 'canary_settling' }
  if (facts.blockedPending >= notSent) return { do: 'wait', cause: facts.blockedCause ?? 'breaker' }
  return { do: 'send', ...gate }
}

/** Where the operation may be now, and how many more messages that stage allows. */
function stageGate({ counts, settings }: StepFacts): {
  stage: OperationStage
  limit: number
  rateMax: number
} {
  const sentSoFar = counts.sending + counts.verifying + counts.resolved + counts.returned + counts.unverified
  const settled = counts.resolved + counts.returned + counts.unverified
  const canary = settings.canarySize
  if (canary === 0) return { stage: 'full', limit: counts.pending, rateMax: settings.rate }
  if (sentSoFar < canary) return { stage: 'canary', limit: canary - sentSoFar, rateMax: settings.rate }
  const ramp = canary * rampFactor
  if (sentSoFar < ramp) {
    if (settled < Math.ceil(canary * settledShareMin))
      return { stage: 'canary', limit: 0, rateMax: settings.rate }
    return { stage: 'ramp', limit: ramp - sentSoFar, rateMax: Math.max(1, Math.floor(settings.rate / 2)) }
  }
  if (settled < Math.ceil(ramp * settledShareMin)) return { stage: 'ramp', limit: 0, rateMax: settings.rate }
  return { stage: 'full', limit: counts.pending, rateMax: settings.rate }
}

function returnsTooMuch({ counts, settings, settlesLater }: StepFacts): boolean {
  if (!settlesLater) return false
  const settled = counts.resolved + counts.returned + counts.unverified
  const sampleMin = Math.min(returnSampleMin, settings.canarySize > 0 ? settings.canarySize : returnSampleMin)
  return settled >= sampleMin && counts.returned / settled > settings.returnRateMax
}

const hasFailures = (c: OperationCounts): boolean => c.returned + c.unverified + c.failed > 0
