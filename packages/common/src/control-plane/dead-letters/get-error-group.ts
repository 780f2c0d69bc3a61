import { sql } from 'drizzle-orm'
import type { ErrorGroupDetail } from '../../contract/dead-letter-query.ts'
import { AppError } from '../../errors/app-error.ts'
import { listChanges } from '../changes/list-changes.ts'
import type { Database } from '../connect.ts'
import type { OwnerScope } from './filter-to-sql.ts'
import { listErrorGroups } from './list-error-groups.ts'

/** A cause lies before its effect; the index learns of a failure a little after it happened. */
const lookBackMs = 6 * 3_600_000
const slackMs = 60_000
const changesMax = 20

/** One group over everything its reader may see, with what changed before it began. Throws NOT_FOUND, also outside the reader's owners. */
export async function getErrorGroup(
  db: Database,
  request: { fingerprint: string; owners: OwnerScope; now: Date },
): Promise<ErrorGroupDetail> {
  const { fingerprint, owners, now } = request
  const { groups } = await listErrorGroups(db, {
    filter: { fingerprint: [fingerprint] },
    owners,
    limit: 1,
    now,
  })
  const [group] = groups
  if (!group)
    throw new AppError('NOT_FOUND', 'there is no such group of errors', { context: { fingerprint } })
  const scope = owners === '*' ? sql`` : sql`AND owner = ANY (${sql.param([...owners])}::text[])`
  const { rows } = await db.execute<{ topic: string }>(sql`
    SELECT DISTINCT topic FROM dead_letter_counts WHERE fingerprint = ${group.fingerprint} AND letters > 0 ${scope}`)
  const began = new Date(group.firstSeenAt).getTime()
  const window = { from: new Date(began - lookBackMs), to: new Date(began + slackMs) }
  const changes = await listChanges(db, { ...window, topics: rows.map((r) => r.topic), limit: changesMax })
  return { ...group, changes, changesFrom: window.from.toISOString(), changesTo: window.to.toISOString() }
}
