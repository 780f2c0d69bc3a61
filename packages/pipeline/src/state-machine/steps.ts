/** A state of the machine as JSON; the linter checks it against the whole language. */
export type State = { Type: string } & Record<string, unknown>

const stepTimeoutSeconds = 90

/**
 * A job ends itself after an hour (`infra/jobs.ts`); this is for the day Glue does not. Step Functions stops the run then.
 */
export const jobTimeoutSeconds = 3_900

/** Full jitter: topics' runs start on the minute, so their retries would meet again and again. */
const retry = (errors: string[], settings: { first: number; times: number; most: number }) => ({
  ErrorEquals: errors,
  IntervalSeconds: settings.first,
  BackoffRate: 2,
  MaxAttempts: settings.times,
  MaxDelaySeconds: settings.most,
  JitterStrategy: 'FULL',
})

/** Where an error goes: its words are kept for `RecordFailure`. */
const caught = (state: string) => ({
  ErrorEquals: ['States.ALL'],
  Assign: {
    failure: {
      state,
      error: '{% $states.errorOutput.Error %}',
      cause: '{% $substring($string($states.errorOutput.Cause), 0, 2000) %}',
    },
  },
  Output: {},
  Next: 'RecordFailure',
})

type Step = {
  payload: Record<string, unknown>
  assign?: Record<string, unknown>
  timeoutSeconds?: number
  next?: string
  /** Instead of `RecordFailure`. */
  onError?: { next: string; assign: Record<string, unknown> }
}

/** A call of one of our functions. All of them can be repeated, so every error is tried again. */
export function lambdaStep<T>(name: string, functionName: T, step: Step): State {
  return {
    Type: 'Task',
    Resource: 'arn:aws:states:::lambda:invoke',
    Arguments: { FunctionName: functionName, Payload: step.payload },
    TimeoutSeconds: step.timeoutSeconds ?? stepTimeoutSeconds,
    Retry: [retry(['States.ALL'], { first: 2, times: 4, most: 60 })],
    Catch: [
      step.onError
        ? { ErrorEquals: ['States.ALL'], Assign: step.onError.assign, Output: {}, Next: step.onError.next }
        : caught(name),
    ],
    ...(step.assign === undefined ? {} : { Assign: step.assign }),
    // What later states need is in variables; the state itself stays empty.
    Output: {},
    ...(step.next === undefined ? { End: true } : { Next: step.next }),
  }
}

/** A good end: its own name is what the run says it came to. */
export const end = <T>(name: string, endRun: T): State =>
  lambdaStep(name, endRun, { payload: { execution: '{% $execution %}', endedIn: name } })

/**
 * A Glue job with the plan of the round; `.sync` waits for its end and says nothing of its results, which the next state
 * reads. No free place is not a failure: it waits, up to an hour. A job that failed is not
 * tried again here: its passes stay open, and the dispatcher starts them again after a while.
 */
export function glueJob<T>(name: string, jobName: T, next: string): State {
  return {
    Type: 'Task',
    Resource: 'arn:aws:states:::glue:startJobRun.sync',
    Arguments: {
      JobName: jobName,
      Arguments: { '--PLAN': '{% $planUri %}' },
    },
    TimeoutSeconds: jobTimeoutSeconds,
    Retry: [
      retry(['Glue.ConcurrentRunsExceededException'], { first: 15, times: 40, most: 120 }),
      retry(['Glue.ThrottlingException', 'Glue.InternalServiceException', 'Glue.OperationTimeoutException'], {
        first: 5,
        times: 6,
        most: 60,
      }),
    ],
    Catch: [caught(name)],
    Output: {},
    Next: next,
  }
}
