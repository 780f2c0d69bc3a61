import type { ItemOutcome, ItemReason } from '@lean-ops/common/contract/operation'
import type { TopicOutcome } from '@lean-ops/common/contract/run'
import {
  findRunOutcomes,
  type RunOutcomes,
} from '@lean-ops/common/control-plane/operations/find-run-outcomes'
import type { LeasedOperation } from '@lean-ops/common/control-plane/operations/lease-operation'
import type { JobItem } from '@lean-ops/common/control-plane/operations/list-job-items'
import { type JobOutcome, settleJobItems } from '@lean-ops/common/control-plane/operations/settle-job-items'
import type { JobDeps, JobStep } from './run-job.ts'
import { executionOf, inputOf } from './start-run-of.ts'

const pollSeconds = 3

/** Starts the operation's run if it is not started yet, waits for its end, and gives every topic its outcome. A cancelled operation stops its run. */
export async function followRun(
  operation: LeasedOperation,
  items: readonly JobItem[],
  isCancelled: boolean,
  deps: JobDeps,
): Promise<JobStep> {
  const execution = executionOf(operation)
  const run = await findRunOutcomes(deps.db, execution)
  if (run === undefined || run.state === 'PENDING') {
    const input = await inputOf(operation, items, deps)
    await deps.jobs.startRun({ execution, input, actor: operation.actor })
    return { again: 'later', seconds: pollSeconds, note: `run ${execution} is starting` }
  }
  if (run.state === 'RUNNING') {
    if (isCancelled) await deps.jobs.stopRun({ execution, reason: operation.reason })
    return { again: 'later', seconds: pollSeconds, note: describeProgress(run) }
  }
  await settleJobItems(
    deps.db,
    { operationId: operation.id, token: operation.token },
    items.map((item) => outcomeOf(item, run, isCancelled)),
  )
  return { again: 'now' }
}

export function describeProgress(run: RunOutcomes): string {
  const topics = [...run.topics.values()]
  const done = topics.filter((t) => t.outcome !== 'WAITING' && t.outcome !== 'IN_PROGRESS').length
  return `run ${run.execution}: ${done} of ${topics.length} topics done`
}

type Ending = { outcome: ItemOutcome; reason?: ItemReason; words: string }

/** What a topic's outcome in a run means for whoever asked for it. */
const endings: Record<TopicOutcome, Ending> = {
  COMPLETE: { outcome: 'resolved', words: 'up to date in the semantic table' },
  CURATED_ONLY: { outcome: 'resolved', words: 'up to date in curated; the gate is closed' },
  NO_NEW_DATA: { outcome: 'resolved', words: 'there was nothing new' },
  NO_NEW_CURATED_DATA: { outcome: 'resolved', words: 'nothing new reached curated' },
  HELD: {
    outcome: 'unverified',
    reason: 'pass_held',
    words: 'too many rejects: the pass waits for a person',
  },
  FAILED: { outcome: 'failed', reason: 'run_failed', words: 'failed' },
  BUSY: { outcome: 'skipped', reason: 'topic_busy', words: 'another run had the topic' },
  PAUSED: { outcome: 'skipped', reason: 'topic_paused', words: 'a person had paused the topic' },
  UNKNOWN_TOPIC: { outcome: 'failed', reason: 'origin_gone', words: 'no contract names the topic any more' },
  WAITING: { outcome: 'failed', reason: 'run_failed', words: 'the run ended before its turn' },
  IN_PROGRESS: { outcome: 'failed', reason: 'run_failed', words: 'the run ended in the middle of it' },
}

export function outcomeOf(item: JobItem, run: RunOutcomes, isCancelled: boolean): JobOutcome {
  const topic = run.topics.get(item.topic)
  const ending = endings[topic?.outcome ?? 'WAITING']
  if (ending.outcome === 'failed' && (isCancelled || run.state === 'ABORTED'))
    return {
      key: item.key,
      outcome: isCancelled ? 'cancelled' : 'failed',
      reason: 'run_stopped',
      detail: `run ${run.execution} was stopped`,
    }
  const error = topic?.error ?? (ending.outcome === 'failed' ? run.error : null)
  return {
    key: item.key,
    outcome: ending.outcome,
    ...(ending.reason === undefined ? {} : { reason: ending.reason }),
    detail: error === null ? ending.words : `${ending.words}: ${error.code}: ${error.message}`,
  }
}
