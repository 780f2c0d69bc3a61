import type { DeadLetterBodyView } from '@lean-ops/common/contract/dead-letter-requests'
import { allowedOwners, isAllowed } from '@lean-ops/common/contract/permissions'
import { getDeadLetter } from '@lean-ops/common/control-plane/dead-letters/get-dead-letter'
import {
  type DeadLetterBody,
  readDeadLetterBody,
} from '@lean-ops/common/control-plane/dead-letters/read-dead-letter-body'
import { topics } from '@lean-ops/common/control-plane/schema/topics'
import { maskBody } from '@lean-ops/common/masking/mask-body'
import { eq } from 'drizzle-orm'
import type { ApiDeps } from '../api-deps.ts'
import type { Actor } from '../app-env.ts'
import { readMasking } from './read-masking.ts'

type Deps = Pick<ApiDeps, 'db' | 's3' | 'now'>

/**
 * A message's body as this person may see it: clear while their unmask holds; with `payload:read` what the contract
 * leaves clear; otherwise keys and shape. Throws NOT_FOUND, also when the body is gone.
 */
export async function viewBody(
  deps: Deps,
  actor: Actor,
  id: string,
  charactersMax: number,
): Promise<DeadLetterBodyView> {
  const letter = await getDeadLetter(deps.db, id, allowedOwners(actor.grants, 'topic:read'))
  const masking = await readMasking(deps.db, actor, letter, deps.now())
  const body = await readDeadLetterBody(deps, id)
  const facts = { kind: body.kind, sizeBytes: body.bytes.length, sha256: body.sha256, masking }
  const cut = (text: string) => ({ text: text.slice(0, charactersMax), isCut: text.length > charactersMax })
  const text = textOf(body)
  if (text === null) return { ...facts, text: null, isCut: false, layer: 'body', shows: 'none' }
  if (!masking.isMasked) return { ...facts, ...cut(text), layer: 'body', shows: 'clear' }
  const mayRead = isAllowed(actor.grants, 'payload:read', letter.owner)
  const [topic] = mayRead
    ? await deps.db.select({ clear: topics.clearPaths }).from(topics).where(eq(topics.topic, letter.topic))
    : []
  const masked = maskBody(text, topic?.clear ?? null)
  return { ...facts, ...cut(masked.text), layer: masked.layer, shows: masked.kind }
}

const textOf = (body: DeadLetterBody): string | null =>
  body.kind === 'json' || body.kind === 'text' ? body.bytes.toString('utf8') : null
