import { ExecutionAlreadyExists, type SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn'
import type { OperationActor } from '@lean-ops/common/contract/operation'
import type { RunInput } from '@lean-ops/common/contract/run'
import type { Database } from '@lean-ops/common/control-plane/connect'
import { createRun } from '@lean-ops/common/control-plane/runs/create-run'
import { noteStarted } from '@lean-ops/common/control-plane/runs/note-started'

export type StartDeps = { db: Database; sfn: Pick<SFNClient, 'send'>; stateMachineArn: string }

/**
 * Writes a run down and starts its execution; returns the execution's ARN. A repeated start of the same name and input is
 * the same run. Throws CONFLICT when the name exists with another input.
 */
export async function startRun(
  deps: StartDeps,
  run: { execution: string; input: RunInput; actor?: OperationActor },
): Promise<string> {
  await createRun(deps.db, run)
  const arn = await startExecution(deps, run)
  await noteStarted(deps.db, run.execution, arn)
  return arn
}

/** A name that has been used is a run that was started: the row in the control plane has made sure that it is the same. */
async function startExecution(
  { sfn, stateMachineArn }: StartDeps,
  { execution, input }: { execution: string; input: RunInput },
): Promise<string> {
  try {
    const { executionArn } = await sfn.send(
      new StartExecutionCommand({ stateMachineArn, name: execution, input: JSON.stringify(input) }),
    )
    return executionArn ?? executionArnOf(stateMachineArn, execution)
  } catch (error) {
    if (error instanceof ExecutionAlreadyExists) return executionArnOf(stateMachineArn, execution)
    throw error
  }
}

export const executionArnOf = (stateMachineArn: string, execution: string): string =>
  `${stateMachineArn.replace(':stateMachine:', ':execution:')}:${execution}`
