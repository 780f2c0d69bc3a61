import { type SFNClient, StopExecutionCommand } from '@aws-sdk/client-sfn'
import { executionArnOf } from './start-run.ts'

/** Asks Step Functions to abort a run. Its child jobs, leases and passes are put away by the rule on ABORTED executions. */
export async function stopRun(
  deps: { sfn: Pick<SFNClient, 'send'>; stateMachineArn: string },
  { execution, reason }: { execution: string; reason: string },
): Promise<void> {
  await deps.sfn.send(
    new StopExecutionCommand({
      executionArn: executionArnOf(deps.stateMachineArn, execution),
      error: 'StoppedByPerson',
      cause: reason.slice(0, 32_000),
    }),
  )
}
