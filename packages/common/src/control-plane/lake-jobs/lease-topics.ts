import { sql } from 'drizzle-orm'
import type { Database } from '../connect.ts'
import { repeatOnConflict } from '../repeat-on-conflict.ts'
import { type ClaimedLeases, claimLeases } from '../runs/claim-leases.ts'

/** Takes the leases of topics (`claimLeases`) for work that is no run: nothing is planned or committed there meanwhile. */
export async function leaseTopics(
  db: Database,
  request: { holder: string; topics: readonly string[]; leaseSeconds: number },
): Promise<ClaimedLeases> {
  const topics = sql`SELECT * FROM unnest(${sql.param([...new Set(request.topics)])}::text[])`
  return repeatOnConflict(() => db.transaction((tx) => claimLeases(tx, { ...request, topics })))
}
