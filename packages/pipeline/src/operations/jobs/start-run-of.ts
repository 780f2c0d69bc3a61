import type { RunInput } from '@lean-ops/common/contract/run'
import { dropForbiddenItems } from '@lean-ops/common/control-plane/operations/drop-forbidden-items'
import type { LeasedOperation } from '@lean-ops/common/control-plane/operations/lease-operation'
import type { JobItem } from '@lean-ops/common/control-plane/operations/list-job-items'
import { listJobItems } from '@lean-ops/common/control-plane/operations/list-job-items'
import { startJobItems } from '@lean-ops/common/control-plane/operations/start-job-items'
import { getRunInput } from '@lean-ops/common/control-plane/runs/get-run-input'
import type { JobDeps, JobStep } from './run-job.ts'

/** One execution per operation: its name is the operation's, so that it is started once however often it is asked for. */
export const executionOf = (operation: { id: string }): string => `op-${operation.id}`

/** Writes down which topics the run takes, then starts it. Topics that the author may no longer act on are left out. */
export async function startRunOf(operation: LeasedOperation, deps: JobDeps): Promise<JobStep> {
  const lease = { operationId: operation.id, token: operation.token }
  await dropForbiddenItems(deps.db, lease)
  const pending = (await listJobItems(deps.db, operation.id)).filter((item) => item.state === 'pending')
  await startJobItems(
    deps.db,
    lease,
    pending.map((item) => item.key),
    executionOf(operation),
  )
  return { again: 'now' }
}

/** The input of the operation's run; the same at every call, because topics never join. */
export async function inputOf(
  operation: LeasedOperation,
  items: readonly JobItem[],
  deps: Pick<JobDeps, 'db'>,
): Promise<RunInput> {
  const { parameters, selection } = operation
  const topics = [...new Set(items.map((item) => item.topic))].sort()
  const base = { topics, operationId: operation.id } satisfies RunInput
  const parent = selection.by === 'run' ? { parentExecution: selection.execution } : {}
  switch (parameters.kind) {
    case 'redrive':
      return { ...base, ...parent, trigger: 'redrive' }
    case 'rerun': {
      const input = selection.by === 'run' ? await getRunInput(deps.db, selection.execution) : undefined
      return {
        ...base,
        ...parent,
        trigger: 'operation',
        ...(input?.request === undefined ? {} : { request: input.request }),
      }
    }
    case 'rebuild':
      return { ...base, trigger: 'operation', request: { mode: 'recompute', layer: parameters.layer } }
    case 'run-with-input':
      return {
        ...base,
        trigger: 'operation',
        ...(parameters.request === undefined ? {} : { request: parameters.request }),
      }
    default:
      return { ...base, trigger: 'operation' }
  }
}
