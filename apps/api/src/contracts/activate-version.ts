import type { OperationView } from '@lean-ops/common/contract/operation-view'
import { allowedOwners } from '@lean-ops/common/contract/permissions'
import { getContract, getContractVersion } from '@lean-ops/common/control-plane/contracts/get-contract'
import type { ApiDeps } from '../api-deps.ts'
import type { Actor } from '../app-env.ts'
import { staleVersion } from '../http/version-tag.ts'
import { confirmJob } from '../operations/confirm-job.ts'

type Request = {
  topic: string
  name: string
  ifVersion: number
  reason: string
  acceptCutWhatIf: boolean
  requestId: string
}

/** Starts the activation of a version as the reader saw it. Throws PRECONDITION_FAILED when it has moved on, CONFLICT with what blocks it. */
export async function activateVersion(deps: ApiDeps, actor: Actor, request: Request): Promise<OperationView> {
  const { topic, name, ifVersion, reason, acceptCutWhatIf, requestId } = request
  await getContract(deps.db, topic, allowedOwners(actor.grants, 'topic:read'))
  const { version } = await getContractVersion(deps.db, topic, name)
  if (version.rowVersion !== ifVersion)
    throw staleVersion({
      current: version,
      version: version.rowVersion,
      changedBy: version.activatedBy?.name ?? version.createdBy?.name ?? null,
      changedAt: version.supersededAt ?? version.activatedAt ?? version.createdAt,
    })
  return confirmJob(deps, actor, {
    parameters: {
      kind: 'activate-contract',
      sha256: version.sha256,
      ...(acceptCutWhatIf ? { acceptsCutWhatIf: true } : {}),
    },
    topic,
    reason,
    requestId,
  })
}
