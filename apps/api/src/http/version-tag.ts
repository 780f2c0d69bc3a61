import { AppError } from '@lean-ops/common/errors/app-error'

/** ETag of one mutable resource: its version. */
export const versionTag = (version: number): string => `"v${version}"`

/** The version in an If-Match header. Throws INVALID_INPUT when it is missing: a blind overwrite is never wanted. */
export function requiredVersion(header: string | undefined): number {
  const [, version] = /^"v(\d+)"$/.exec(header?.trim() ?? '') ?? []
  if (version === undefined)
    throw new AppError('INVALID_INPUT', 'Changes need If-Match with the ETag that you read.', {
      context: { faults: [{ in: 'header', path: 'If-Match', message: 'is missing or not an ETag of ours' }] },
    })
  return Number(version)
}

/** What a 412 tells: the present value, and who made it so when. */
export type CurrentState = {
  current: unknown
  version: number
  changedBy: string | null
  changedAt: string | null
}

/** The refusal of a change to something that has moved on. */
export const staleVersion = (state: CurrentState): AppError =>
  new AppError(
    'PRECONDITION_FAILED',
    state.changedBy === null ? 'This was changed meanwhile.' : `${state.changedBy} changed this meanwhile.`,
    { context: { ...state, etag: versionTag(state.version) } },
  )
