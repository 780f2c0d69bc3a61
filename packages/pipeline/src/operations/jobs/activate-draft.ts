import { activateContract } from '@lean-ops/common/control-plane/contracts/activate-contract'
import { findContractBlockers } from '@lean-ops/common/control-plane/contracts/find-contract-blockers'
import { findContractPair } from '@lean-ops/common/control-plane/contracts/find-contract-pair'
import type { LeasedOperation } from '@lean-ops/common/control-plane/operations/lease-operation'
import type { JobItem } from '@lean-ops/common/control-plane/operations/list-job-items'
import { type JobOutcome, settleJobItems } from '@lean-ops/common/control-plane/operations/settle-job-items'
import { AppError } from '@lean-ops/common/errors/app-error'
import type { JobDeps, JobStep } from './run-job.ts'

/**
 * Checks again, alters the tables, reads them back, and only then makes the version what the jobs obey. A crash in between leaves
 * tables with columns that nobody fills yet, which breaks nobody; the next worker goes on.
 */
export async function runActivation(
  operation: LeasedOperation,
  items: readonly JobItem[],
  deps: JobDeps,
): Promise<JobStep> {
  const [item] = items
  if (item === undefined) return { again: 'now' }
  const outcome = await activate(operation, item, deps)
  await settleJobItems(deps.db, { operationId: operation.id, token: operation.token }, [outcome])
  return { again: 'now' }
}

async function activate(operation: LeasedOperation, item: JobItem, deps: JobDeps): Promise<JobOutcome> {
  const { parameters } = operation
  const { key, topic } = item
  if (parameters.kind !== 'activate-contract') throw new Error('not an activation')
  const { candidate, current } = await findContractPair(deps.db, topic, parameters.sha256)
  if (current?.sha256 === candidate.sha256) return { key, outcome: 'resolved', detail: 'is active' }
  const blocking = (await findContractBlockers(deps.db, parameters, topic)).filter((b) => b.blocking)
  if (blocking.length > 0)
    return {
      key,
      outcome: 'failed',
      reason: 'no_longer_open',
      detail: blocking.map((b) => b.message).join(' '),
    }
  try {
    const done = await deps.jobs.migrateTables(candidate.model)
    await activateContract(deps.db, {
      topic,
      sha256: candidate.sha256,
      againstSha256: current?.sha256 ?? null,
      actor: operation.actor,
      reason: operation.reason,
      operationId: operation.id,
    })
    return {
      key,
      outcome: 'resolved',
      detail: [`version ${candidate.version} is active`, ...done].join('; '),
    }
  } catch (error) {
    // What is refused stays refused; anything else is tried again by the next worker.
    if (!(error instanceof AppError) || error.code !== 'CONFLICT') throw error
    return { key, outcome: 'failed', reason: 'migration_failed', detail: error.message }
  }
}
