import { type SQL, sql } from 'drizzle-orm'
import type { OwnerScope } from '../dead-letters/filter-to-sql.ts'

/**
 * What an author was allowed when confirming, by topic owner. A worker cannot ask the identity provider; it applies this to the owner that
 * each row has at that moment, so a topic that changed hands is left out.
 */
export type OperationAuthority = {
  readOwners: OwnerScope
  actOwners: OwnerScope
  /** Owners whose payloads an export shows in clear text. */
  unmaskOwners: OwnerScope
}

/** Owners on both lists. */
export function commonOwners(a: OwnerScope, b: OwnerScope): OwnerScope {
  if (a === '*') return b
  if (b === '*') return a
  return a.filter((owner) => b.includes(owner))
}

export const isOwnerIn = (owners: OwnerScope, owner: string): boolean =>
  owners === '*' || owners.includes(owner)

/** A condition over `d.owner`: may the author of the operation still act on this row? `authority` is a jsonb expression. */
export const mayStillAct = (authority: SQL): SQL =>
  sql`(${authority} -> 'actOwners' = '"*"'::jsonb OR ${authority} -> 'actOwners' ? d.owner)`
