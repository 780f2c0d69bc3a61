import type { DeadLetterFilter } from '@lean-ops/common/contract/dead-letter-filter'
import { allowedOwners, type RoleGrant } from '@lean-ops/common/contract/permissions'
import type { Database } from '@lean-ops/common/control-plane/connect'
import { topics } from '@lean-ops/common/control-plane/schema/topics'
import { AppError } from '@lean-ops/common/errors/app-error'
import { isClearAttribute } from '@lean-ops/common/masking/mask-attributes'
import { inArray } from 'drizzle-orm'

/**
 * Refuses a filter over values that the reader may not see: by asking often enough, a count reads out what the mask hides.
 * Fields a contract leaves clear need `payload:read`; everything else (body text, hidden fields, producers' attributes)
 * needs `payload:unmask`, each on every topic asked about. Throws FORBIDDEN with reason MASKED_PREDICATE.
 */
export async function checkPredicates(
  db: Pick<Database, 'select'>,
  grants: readonly RoleGrant[],
  filter: DeadLetterFilter,
): Promise<void> {
  const isAttribute = filter.attributeValue !== undefined && !isClearAttribute(filter.attribute ?? '')
  const isText = filter.text !== undefined
  if (filter.path === undefined && !isAttribute && !isText) return
  const asked = filter.topic && (await findAll(db, filter.topic))
  const isEverywhere = (permission: 'payload:read' | 'payload:unmask'): boolean => {
    const owners = allowedOwners(grants, permission)
    return owners === '*' || (asked?.every((topic) => owners.includes(topic.owner)) ?? false)
  }
  if (isEverywhere('payload:unmask')) return
  const isClear = asked?.every((topic) => isClearPath(filter.path, topic.clearPaths)) ?? false
  if (!isText && !isAttribute && isClear && isEverywhere('payload:read')) return
  throw new AppError(
    'FORBIDDEN',
    'This filter asks about values that are hidden from you. Filter by fields the contract leaves clear, with a topic.',
    { context: { permission: 'payload:unmask', reason: 'MASKED_PREDICATE' } },
  )
}

/** The topics of a filter; undefined when one of them is not known here: nothing is known of what it hides either. */
async function findAll(db: Pick<Database, 'select'>, names: readonly string[]) {
  const wanted = [...new Set(names)]
  const found = await db
    .select({ owner: topics.owner, clearPaths: topics.clearPaths })
    .from(topics)
    .where(inArray(topics.topic, wanted))
  return found.length === wanted.length ? found : undefined
}

/** `$.payload.items[0].sku` → `items.sku` of the payload; list positions share their list's path. */
function isClearPath(path: string | undefined, clear: readonly (readonly string[])[] | null): boolean {
  if (path === undefined || clear === null) return false
  const names = [...path.matchAll(/\.([A-Za-z0-9_-]+)/g)].map((match) => match[1])
  const inPayload = names[0] === 'payload' ? names.slice(1) : names
  return clear.some(
    (field) => field.length === inPayload.length && field.every((name, i) => name === inPayload[i]),
  )
}
