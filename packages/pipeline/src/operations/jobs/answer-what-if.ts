import { findContractPair } from '@lean-ops/common/control-plane/contracts/find-contract-pair'
import { recordWhatIf } from '@lean-ops/common/control-plane/contracts/record-what-if'
import { listOpenRejects } from '@lean-ops/common/control-plane/dead-letters/list-open-rejects'
import type { LeasedOperation } from '@lean-ops/common/control-plane/operations/lease-operation'
import type { JobItem } from '@lean-ops/common/control-plane/operations/list-job-items'
import { settleJobItems } from '@lean-ops/common/control-plane/operations/settle-job-items'
import type { JobDeps, JobStep } from './run-job.ts'

/** Runs the what-if of one version and keeps its answer with the version. */
export async function answerWhatIf(
  operation: LeasedOperation,
  items: readonly JobItem[],
  deps: JobDeps,
): Promise<JobStep> {
  const { parameters } = operation
  const [item] = items
  if (parameters.kind !== 'what-if' || item === undefined) throw new Error('not a what-if')
  const { candidate, current } = await findContractPair(deps.db, item.topic, parameters.sha256)
  const result = await deps.jobs.whatIf({
    current: current?.model,
    candidate: candidate.model,
    days: parameters.days,
    openRejects: await listOpenRejects(deps.db, item.topic),
  })
  await recordWhatIf(deps.db, {
    topic: item.topic,
    sha256: candidate.sha256,
    againstSha256: current?.sha256 ?? null,
    operationId: operation.id,
    result,
  })
  const { rows } = result
  await settleJobItems(deps.db, { operationId: operation.id, token: operation.token }, [
    {
      key: item.key,
      outcome: 'resolved',
      detail: `${rows.read} rows: ${rows.newlyFails} newly fail, ${rows.heals} heal, ${rows.changesValue} change a value${result.isComplete ? '' : ' (cut short)'}`,
    },
  ])
  return { again: 'now' }
}
