import type { RunError } from '@lean-ops/common/control-plane/schema/runs'

/** What `Catch` hands on: Step Functions' error name and its cause, often JSON text. */
export type CaughtFailure = { state: string; error: string; cause: string }

const messageLengthMax = 500

/** Step Functions' words → why the run failed, with a code that has a remedy (`common/contract/run-failures.ts`). */
export function describeFailure({ state, error, cause }: CaughtFailure): RunError {
  const isJob = state === 'RunCurationJob' || state === 'RunSemanticJob'
  const inner = parse(cause)
  const jobState = text(inner.JobRunState)
  const message = (text(inner.errorMessage) || text(inner.ErrorMessage) || cause || error)
    .replaceAll(/\s+/g, ' ')
    .slice(0, messageLengthMax)
  return { code: isJob ? jobCode(error, jobState) : stepCode(error, inner), message, state, class: 'unknown' }
}

function jobCode(error: string, jobState: string): string {
  if (error === 'Glue.ConcurrentRunsExceededException') return 'JOB_CONCURRENCY'
  if (error === 'Glue.AccessDeniedException') return 'ACCESS_DENIED'
  if (error === 'States.Timeout' || jobState === 'TIMEOUT') return 'JOB_TIMED_OUT'
  return jobState === 'STOPPED' ? 'JOB_STOPPED' : 'JOB_FAILED'
}

function stepCode(error: string, inner: Record<string, unknown>): string {
  if (error === 'TopicsFailed') return 'TOPICS_FAILED'
  if (error === 'States.Timeout') return 'STEP_TIMED_OUT'
  if (error === 'States.DataLimitExceeded') return 'STATE_TOO_LARGE'
  return /INVALID_INPUT|the execution's input/.test(text(inner.errorMessage))
    ? 'INVALID_INPUT'
    : 'STEP_FAILED'
}

function parse(cause: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(cause)
    return typeof value === 'object' && value !== null ? { ...value } : {}
  } catch {
    return {}
  }
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '')
