import { inArray } from 'drizzle-orm'
import type { VersionedNoun } from './bump-version.ts'
import type { Database } from './connect.ts'
import { versions } from './schema/versions.ts'

/** The versions of some nouns in one small query; 0 for a noun that nothing has changed yet. */
export async function readVersions<N extends VersionedNoun>(
  db: Pick<Database, 'select'>,
  nouns: readonly N[],
): Promise<Record<N, number>> {
  const rows = await db
    .select()
    .from(versions)
    .where(inArray(versions.noun, [...nouns]))
  const known = new Map(rows.map((row) => [row.noun, row.version]))
  const pairs = nouns.map((noun) => [noun, known.get(noun) ?? 0] as const)
  // Object.fromEntries forgets the key type; every noun of the list is present by construction.
  return Object.fromEntries(pairs) as Record<N, number>
}
