import { allowedOwners } from '@lean-ops/common/contract/permissions'
import { recordAudit } from '@lean-ops/common/control-plane/audit/record-audit'
import { getDeadLetter } from '@lean-ops/common/control-plane/dead-letters/get-dead-letter'
import { readDeadLetterBody } from '@lean-ops/common/control-plane/dead-letters/read-dead-letter-body'
import { AppError } from '@lean-ops/common/errors/app-error'
import type { ApiDeps } from '../api-deps.ts'
import type { Actor } from '../app-env.ts'
import { readMasking } from './read-masking.ts'

export type Download = { bytes: Buffer; from: number; total: number; isPartial: boolean }

/** The exact bytes, or a range of them, while an unmask of this person holds. Audited. Throws FORBIDDEN, NOT_FOUND, INVALID_INPUT. */
export async function downloadBody(
  deps: Pick<ApiDeps, 'db' | 's3' | 'now'>,
  actor: Actor,
  request: { id: string; range: string | undefined; requestId: string },
): Promise<Download> {
  const letter = await getDeadLetter(deps.db, request.id, allowedOwners(actor.grants, 'topic:read'))
  const masking = await readMasking(deps.db, actor, letter, deps.now())
  if (masking.isMasked)
    throw new AppError('FORBIDDEN', 'Exact bytes are for those who have unmasked this message.', {
      context: { permission: 'payload:unmask', reason: masking.mayUnmask ? 'MASKED' : 'NO_PERMISSION' },
    })
  const { bytes } = await readDeadLetterBody(deps, request.id)
  const { from, to } = parseRange(request.range, bytes.length)
  await recordAudit(deps.db, {
    actor: { kind: actor.kind, id: actor.id },
    action: 'payload.download',
    target: { kind: 'dead-letter', id: request.id },
    requestId: request.requestId,
    details: { from, to, bytes: bytes.length },
  })
  const isPartial = request.range !== undefined
  return { bytes: bytes.subarray(from, to), from, total: bytes.length, isPartial }
}

/** One range of RFC 9110, `bytes=0-99` or `bytes=100-`; the end is exclusive here. */
function parseRange(header: string | undefined, size: number): { from: number; to: number } {
  if (header === undefined) return { from: 0, to: size }
  const [, first, last] = /^bytes=(\d+)-(\d*)$/.exec(header.trim()) ?? []
  const from = Number(first)
  const to = last === '' || last === undefined ? size : Math.min(size, Number(last) + 1)
  if (first === undefined || from >= size || to <= from)
    throw new AppError('INVALID_INPUT', `Range: the body has ${size} bytes; ask for bytes=from-to within.`)
  return { from, to }
}
