import { type ControlPlaneDeps, createDatabaseFunction, pollQueue } from './control-plane.ts'
import { consume, useKey } from './permissions.ts'

/** Rates, failure counts and replay confirmations: what the breaker and the board read. */
export function createOutcomes(deps: ControlPlaneDeps): sst.aws.Function {
  const outcomes = createDatabaseFunction(deps, 'outcomes-processor', {
    memory: '256 MB',
    reserved: 10,
    permissions: [consume(deps.queues.outcomes.arn), useKey(deps.keys.data)],
  })
  // Counters of many invocations fold into one row per topic and minute: large batches, few transactions.
  pollQueue('Outcomes', deps.queues.outcomes, outcomes, { batchSize: 500, windowSeconds: 2, concurrency: 10 })
  return outcomes
}
