import type { DeadLetterView } from '@lean-ops/common/contract/dead-letter-requests'
import { allowedOwners, isAllowed } from '@lean-ops/common/contract/permissions'
import { getDeadLetter } from '@lean-ops/common/control-plane/dead-letters/get-dead-letter'
import { maskAttributes } from '@lean-ops/common/masking/mask-attributes'
import { maskToken } from '@lean-ops/common/masking/mask-json-text'
import type { ApiDeps } from '../api-deps.ts'
import type { Actor } from '../app-env.ts'
import { readMasking } from './read-masking.ts'

/** One message as this person may see it. Throws NOT_FOUND, also outside their owners. */
export async function viewDeadLetter(
  deps: Pick<ApiDeps, 'db' | 'now'>,
  actor: Actor,
  id: string,
): Promise<DeadLetterView> {
  const letter = await getDeadLetter(deps.db, id, allowedOwners(actor.grants, 'topic:read'))
  const masking = await readMasking(deps.db, actor, letter, deps.now())
  if (!masking.isMasked) return { ...letter, masking }
  const seesKeys = isAllowed(actor.grants, 'payload:read', letter.owner)
  return {
    ...letter,
    attributes: maskAttributes(letter.attributes),
    // A business key is part of the payload under another name.
    idempotencyKey: letter.idempotencyKey === null || seesKeys ? letter.idempotencyKey : maskToken,
    masking,
  }
}
