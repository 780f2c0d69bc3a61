import type { OperationDownload } from '@lean-ops/common/contract/operation-requests'
import { findExportPlace } from '@lean-ops/common/control-plane/operations/find-export-place'
import { AppError } from '@lean-ops/common/errors/app-error'
import type { ApiDeps } from '../api-deps.ts'
import type { Actor } from '../app-env.ts'
import { getVisibleOperation } from './get-visible-operation.ts'

const linkSeconds = 300
const keptHours = 24

/** A short-lived link to the actor's own export. Throws NOT_FOUND for somebody else's, CONFLICT while it runs or after it was purged. */
export async function findDownload(
  deps: ApiDeps,
  actor: Actor,
  operationId: string,
): Promise<OperationDownload> {
  const operation = await getVisibleOperation(deps.db, actor, operationId)
  if (operation.kind !== 'export' || operation.actor.id !== actor.id)
    throw new AppError('NOT_FOUND', 'there is no such export of yours', { context: { operationId } })
  const place = await findExportPlace(deps.db, operationId)
  if (!place || operation.finishedAt === null)
    throw new AppError('CONFLICT', 'the export is not finished yet', { context: { state: operation.state } })
  const now = deps.now().getTime()
  if (now - Date.parse(operation.finishedAt) > keptHours * 3_600_000)
    throw new AppError('CONFLICT', `the file was purged ${keptHours} hours after it was made: export again`)
  const extension = operation.parameters.kind === 'export' ? operation.parameters.format : 'ndjson'
  const fileName = `dead-letters-${operation.createdAt.slice(0, 10)}-${operation.id.slice(0, 8)}.${extension}`
  return {
    url: await deps.operations.linkTo({ bucket: place.bucket, key: place.key, fileName }, linkSeconds),
    expiresAt: new Date(now + linkSeconds * 1_000).toISOString(),
    bytes: place.bytes,
    rows: place.rows,
  }
}
