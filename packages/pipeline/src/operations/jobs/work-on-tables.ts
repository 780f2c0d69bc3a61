import { leaseTopics } from '@lean-ops/common/control-plane/lake-jobs/lease-topics'
import { dropForbiddenItems } from '@lean-ops/common/control-plane/operations/drop-forbidden-items'
import type { LeasedOperation } from '@lean-ops/common/control-plane/operations/lease-operation'
import { type JobItem, listJobItems } from '@lean-ops/common/control-plane/operations/list-job-items'
import { type JobOutcome, settleJobItems } from '@lean-ops/common/control-plane/operations/settle-job-items'
import { startJobItems } from '@lean-ops/common/control-plane/operations/start-job-items'
import type { RefusedLease, TakenLease } from '@lean-ops/common/control-plane/runs/claim-leases'
import { releaseLeases } from '@lean-ops/common/control-plane/runs/release-leases'
import type { JobDeps, JobStep } from './run-job.ts'

/** One way of working on the tables of topics that nobody else may touch meanwhile. */
export type TableWork = {
  job: 'maintenance' | 'rebuild'
  /** Topics per job run: all of them are kept from ordinary runs until it ends. */
  groupMax: number
  /** The job's own limit and a margin; every end gives the leases back earlier. */
  leaseSeconds: number
  /** What the job is to do, and what keeps single topics out. Asked again it gives the same: the leases keep the facts still. */
  plan(
    leases: readonly TakenLease[],
    execution: string,
  ): Promise<{ plan: Record<string, unknown>; refused: ReadonlyMap<string, string> }>
  /** What came of a topic, from what the job has left. */
  settle(topic: string, execution: string): Promise<Omit<JobOutcome, 'key'>>
}

const refusals = {
  BUSY: { outcome: 'skipped', reason: 'topic_busy', detail: 'a run has the topic' },
  PAUSED: { outcome: 'skipped', reason: 'topic_paused', detail: 'a person had paused the topic' },
  UNKNOWN_TOPIC: { outcome: 'failed', reason: 'origin_gone', detail: 'no contract names the topic any more' },
} as const satisfies Record<RefusedLease['outcome'], Omit<JobOutcome, 'key'>>

/** Takes topics in groups: leases, one job run, an outcome each, leases back; then the next group. */
export async function workOnTables(
  operation: LeasedOperation,
  items: readonly JobItem[],
  work: TableWork,
  deps: JobDeps,
): Promise<JobStep> {
  const lease = { operationId: operation.id, token: operation.token }
  const started = items.filter((item) => item.state === 'verifying')
  const [first] = started
  if (first === undefined) {
    await dropForbiddenItems(deps.db, lease)
    const pending = (await listJobItems(deps.db, operation.id)).filter((item) => item.state === 'pending')
    const group = pending.slice(0, work.groupMax)
    const [leader] = group
    if (leader !== undefined)
      await startJobItems(
        deps.db,
        lease,
        group.map((item) => item.key),
        `${work.job}-${operation.id}-${leader.topic}`,
      )
    return { again: 'now' }
  }
  const execution = first.reference ?? ''
  const { taken, refused } = await leaseTopics(deps.db, {
    holder: execution,
    topics: started.map((item) => item.topic),
    leaseSeconds: work.leaseSeconds,
  })
  const outcomes = new Map<string, Omit<JobOutcome, 'key'>>(
    refused.map((r) => [r.topic, refusals[r.outcome]]),
  )
  const planned = await work.plan(taken, execution)
  for (const [topic, detail] of planned.refused) outcomes.set(topic, { outcome: 'failed', detail })
  const left = taken.filter(({ topic }) => !outcomes.has(topic))
  if (left.length > 0) {
    const job = await deps.jobs.lakeJob({ job: work.job, execution, leases: left, plan: planned.plan })
    if (job.state === 'running')
      return { again: 'later', seconds: 5, note: `${work.job} of ${left.map((l) => l.topic).join(', ')}` }
    for (const { topic } of left) {
      const settled = await work.settle(topic, execution)
      outcomes.set(
        topic,
        job.message === null || settled.outcome === 'resolved'
          ? settled
          : { ...settled, detail: job.message },
      )
    }
  }
  await releaseLeases(deps.db, execution)
  await settleJobItems(
    deps.db,
    lease,
    started.map(({ key, topic }) => ({
      key,
      ...(outcomes.get(topic) ?? { outcome: 'failed' as const, detail: 'nobody knows what became of it' }),
    })),
  )
  return { again: 'now' }
}
