import type { RunError } from '@lean-ops/common/control-plane/schema/runs'

type End = {
  status: 'FAILED' | 'TIMED_OUT' | 'ABORTED'
  error?: string | null | undefined
  cause?: string | null | undefined
}

const codes = { FAILED: 'RUN_FAILED', TIMED_OUT: 'RUN_TIMED_OUT', ABORTED: 'RUN_STOPPED' } as const

/** Why an execution ended, in Step Functions' event. What `record-failure` wrote before is more exact and stays. */
export function describeEnd({ status, error, cause }: End): RunError {
  const said = [error, cause].filter((t) => t != null && t !== '').join(': ')
  return {
    code: codes[status],
    message: (said || `the execution ended as ${status}`).slice(0, 500),
    class: 'unknown',
  }
}
