import type { Database } from '@lean-ops/common/control-plane/connect'
import { topics } from '@lean-ops/common/control-plane/schema/topics'
import { inArray } from 'drizzle-orm'

/** Names of the topics of these owners, removed ones included: their operations stay visible. `'*'` stays `'*'`. */
export async function topicsOfOwners(
  db: Pick<Database, 'select'>,
  owners: '*' | readonly string[],
): Promise<'*' | string[]> {
  if (owners === '*') return '*'
  const rows = await db
    .select({ topic: topics.topic })
    .from(topics)
    .where(inArray(topics.owner, [...owners]))
  return rows.map((r) => r.topic)
}
