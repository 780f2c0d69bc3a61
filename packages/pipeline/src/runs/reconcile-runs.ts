import { DescribeExecutionCommand, ExecutionDoesNotExist, type SFNClient } from '@aws-sdk/client-sfn'
import { endRun } from '@lean-ops/common/control-plane/runs/end-run'
import { listLiveRuns } from '@lean-ops/common/control-plane/runs/list-live-runs'
import { releaseLeases } from '@lean-ops/common/control-plane/runs/release-leases'
import { closeFailedRun, type FailureDeps } from './close-failed-run.ts'
import { executionArnOf } from './start-run.ts'

type Deps = FailureDeps & { sfn: Pick<SFNClient, 'send'>; stateMachineArn: string }

const liveMax = 200
/** Younger ones tell of their end themselves. */
const ageSecondsMin = 300
/** A minute's work: asking for each live run costs one call. */
const perTickMax = 25

/** Asks Step Functions about runs that should have ended: an event can be lost, a lease must not be. Returns how many had. */
export async function reconcileRuns(deps: Deps): Promise<number> {
  const live = await listLiveRuns(deps.db, liveMax)
  const old = live.filter((r) => r.state === 'RUNNING' && r.ageSeconds >= ageSecondsMin).slice(0, perTickMax)
  let ended = 0
  for (const { execution } of old) if (await closeIfEnded(deps, execution)) ended += 1
  return ended
}

async function closeIfEnded(deps: Deps, execution: string): Promise<boolean> {
  const status = await describe(deps, execution)
  if (status === 'RUNNING') return false
  if (status === 'SUCCEEDED') {
    await releaseLeases(deps.db, execution)
    return endRun(deps.db, { execution, state: 'SUCCEEDED' })
  }
  const error = {
    code: 'END_UNSEEN',
    message: 'the execution had ended without our seeing it',
    class: 'unknown',
  }
  await closeFailedRun(deps, { execution, state: status, error })
  return true
}

async function describe(
  { sfn, stateMachineArn }: Deps,
  execution: string,
): Promise<'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED'> {
  try {
    const executionArn = executionArnOf(stateMachineArn, execution)
    const { status } = await sfn.send(new DescribeExecutionCommand({ executionArn }))
    return status === 'SUCCEEDED' || status === 'FAILED' || status === 'TIMED_OUT' || status === 'ABORTED'
      ? status
      : 'RUNNING'
  } catch (error) {
    if (error instanceof ExecutionDoesNotExist) return 'ABORTED'
    throw error
  }
}
