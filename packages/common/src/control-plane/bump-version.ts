import { type SQL, sql } from 'drizzle-orm'
import type { Database } from './connect.ts'
import { versions } from './schema/versions.ts'

/** Nouns whose lists can be polled. */
export type VersionedNoun =
  | 'topics'
  | 'dead_letters'
  | 'operations'
  | 'runs'
  | 'alerts'
  | 'breakers'
  | 'contracts'
  | 'snowflake'
  | 'saved_views'
  | 'settings'
  | 'overrides'
  | 'drift'

/**
 * Raises a noun's version and returns it; the row stays locked until commit. For `dead_letters` call it before touching
 * rows (after locking operations, if any): everyone takes these locks in that order, so nobody waits in a circle. For other
 * nouns call it last.
 */
export async function bumpVersion(db: Pick<Database, 'insert'>, noun: VersionedNoun): Promise<number> {
  const [row] = await db
    .insert(versions)
    .values({ noun, version: 1 })
    .onConflictDoUpdate({
      target: versions.noun,
      set: { version: sql`${versions.version} + 1`, changedAt: sql`now()` },
    })
    .returning({ version: versions.version })
  return row?.version ?? 0
}

/** The same as a statement of a flight, for a noun that has its row; what it gives is then `versionOf`. */
export const versionBump = (noun: VersionedNoun): SQL =>
  sql`UPDATE versions SET version = version + 1, changed_at = now() WHERE noun = ${noun}`

export const versionOf = (noun: VersionedNoun): SQL =>
  sql`(SELECT version FROM versions WHERE noun = ${noun})`
