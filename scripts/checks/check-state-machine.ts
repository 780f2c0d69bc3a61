import { lintMachine } from '../../packages/pipeline/src/state-machine/lint-machine.ts'
import { definePipelineRun } from '../../packages/pipeline/src/state-machine/pipeline-run.ts'
import type { CheckResult } from '../check.ts'

/** The state machine as it is deployed, but for the names of what it calls. */
export async function checkStateMachine(): Promise<CheckResult> {
  const machine = definePipelineRun({
    getAllCheckpoints: 'function',
    settlePasses: 'function',
    checkSchemas: 'function',
    notifyMissingSchema: 'function',
    planSemantic: 'function',
    refreshSnowflake: 'function',
    startSuccessor: 'function',
    endRun: 'function',
    recordFailure: 'function',
    curatedJob: 'job',
    semanticJob: 'job',
  })
  const faults = lintMachine(machine)
  return { ok: faults.length === 0, output: faults.join('\n') }
}
