import { GetExecutionHistoryCommand, type HistoryEvent } from '@aws-sdk/client-sfn'
import type { RunStep, RunSteps } from '@lean-ops/common/contract/run-view'
import { AppError } from '@lean-ops/common/errors/app-error'
import { scrubMessage } from '@lean-ops/common/masking/scrub-message'
import type { PipelineReads } from '../lake/lake-reads.ts'

/** Step Functions' limit for one execution. */
const eventsMax = 25_000
const pageSize = 1_000
/** A request stops here; a run of ours has some hundred events. */
const pagesMax = 10

/** The states an execution went through, from its history. Throws UNAVAILABLE when Step Functions does not answer or no longer has it. */
export async function readSteps(reads: Pick<PipelineReads, 'sfn'>, arn: string): Promise<RunSteps> {
  const events: HistoryEvent[] = []
  let nextToken: string | undefined
  for (let page = 0; page < pagesMax; page += 1) {
    const answer = await reads.sfn
      .send(
        new GetExecutionHistoryCommand({
          executionArn: arn,
          maxResults: pageSize,
          // What a state was given and gave names topics and counts; here it is left out.
          includeExecutionData: false,
          ...(nextToken === undefined ? {} : { nextToken }),
        }),
      )
      .catch((cause: unknown) => {
        throw new AppError('UNAVAILABLE', 'Step Functions does not give this history (it keeps 90 days).', {
          cause,
        })
      })
    events.push(...(answer.events ?? []))
    nextToken = answer.nextToken
    if (nextToken === undefined) break
  }
  return {
    steps: foldHistory(events),
    eventsUsed: events.length,
    eventsMax,
    isComplete: nextToken === undefined,
  }
}

/** Events → visits of states, in the order of entering. Pure. */
export function foldHistory(events: readonly HistoryEvent[]): RunStep[] {
  const steps: RunStep[] = []
  // Each event names the one before it; what happens within a state leads back to its entry.
  const stepOfEvent = new Map<number, RunStep>()
  for (const event of events) {
    const type = event.type ?? ''
    const at = (event.timestamp ?? new Date(0)).toISOString()
    if (type.endsWith('StateEntered')) {
      const step: RunStep = {
        name: event.stateEnteredEventDetails?.name ?? '',
        type: type.replace('StateEntered', ''),
        enteredAt: at,
        exitedAt: null,
        status: 'running',
        retries: 0,
        error: null,
        cause: null,
      }
      steps.push(step)
      stepOfEvent.set(event.id ?? 0, step)
      continue
    }
    const step = type.endsWith('StateExited')
      ? findEntered(steps, event.stateExitedEventDetails?.name)
      : stepOfEvent.get(event.previousEventId ?? 0)
    if (step === undefined) {
      if (type === 'ExecutionAborted' || type === 'ExecutionTimedOut' || type === 'ExecutionFailed')
        endOpen(steps, type === 'ExecutionAborted' ? 'aborted' : 'failed', at)
      continue
    }
    stepOfEvent.set(event.id ?? 0, step)
    note(step, event, type, at)
    if (type === 'ExecutionAborted') endOpen(steps, 'aborted', at)
    if (type === 'ExecutionFailed' || type === 'ExecutionTimedOut') endOpen(steps, 'failed', at)
  }
  return steps
}

const findEntered = (steps: readonly RunStep[], name: string | undefined): RunStep | undefined =>
  steps.findLast((step) => step.name === name && step.exitedAt === null)

function note(step: RunStep, event: HistoryEvent, type: string, at: string): void {
  if (type.endsWith('StateExited')) {
    step.exitedAt = at
    step.status = step.error === null || isHandled(step) ? 'succeeded' : 'failed'
    return
  }
  const failure =
    event.taskFailedEventDetails ??
    event.taskTimedOutEventDetails ??
    event.taskStartFailedEventDetails ??
    event.taskSubmitFailedEventDetails ??
    event.lambdaFunctionFailedEventDetails ??
    event.evaluationFailedEventDetails
  if (failure !== undefined) {
    if (step.error !== null) step.retries += 1
    step.error = failure.error ?? type
    step.cause = failure.cause === undefined ? null : scrubMessage(failure.cause)
  }
  if (type === 'TaskSucceeded' || type === 'LambdaFunctionSucceeded') {
    // A later attempt went well: what failed before it was a retry.
    if (step.error !== null) step.retries += 1
    step.error = null
    step.cause = null
  }
  if (type === 'FailStateEntered') step.status = 'failed'
}

/** A state that is left with an error had a Catch: it failed, and the machine went on. */
const isHandled = (step: RunStep): boolean => step.error === null

function endOpen(steps: readonly RunStep[], status: 'aborted' | 'failed', at: string): void {
  for (const step of steps)
    if (step.exitedAt === null) {
      step.exitedAt = at
      step.status = status
    }
}
