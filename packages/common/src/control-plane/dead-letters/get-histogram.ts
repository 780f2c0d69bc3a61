import { sql } from 'drizzle-orm'
import type { DeadLetterFilter } from '../../contract/dead-letter-filter.ts'
import type { Histogram } from '../../contract/dead-letter-query.ts'
import type { Database } from '../connect.ts'
import { withTimeLimit } from '../with-time-limit.ts'
import { filterToSql, type OwnerScope } from './filter-to-sql.ts'
import { queryAdvice, queryTimeoutMs } from './query-limits.ts'

/** Widths people read: from a minute to a week. */
const widthsSeconds = [60, 300, 900, 3_600, 10_800, 21_600, 86_400, 604_800]
const bucketsMax = 72
/** A burst of two minutes is two bars on an axis, not a wall: half an hour is shown at least when the filter names no start. */
const shownMinMs = 30 * 60_000

type Request = { filter: DeadLetterFilter; owners: OwnerScope; now: Date }

/**
 * Matching messages by the time of their last failure: the axis that the time filter cuts. From the filter's start, or the
 * oldest match but half an hour at least. Empty buckets are in it. Throws UNPROCESSABLE after three seconds.
 */
export async function getHistogram(db: Database, { filter, owners, now }: Request): Promise<Histogram> {
  const condition = filterToSql(filter, owners)
  return withTimeLimit(db, queryTimeoutMs, queryAdvice, async (tx) => {
    const to = filter.failedTo === undefined ? now : new Date(filter.failedTo)
    const from =
      filter.failedFrom === undefined ? await startOf(tx, condition, to) : new Date(filter.failedFrom)
    if (from === undefined || from >= to) return { bucketSeconds: widthsSeconds[0] ?? 60, buckets: [] }
    const spanSeconds = (to.getTime() - from.getTime()) / 1_000
    const bucketSeconds =
      widthsSeconds.find((w) => spanSeconds / w <= bucketsMax) ?? Math.ceil(spanSeconds / bucketsMax)
    const { rows } = await tx.execute<{ epoch: string; n: string }>(sql`
      SELECT floor(extract(epoch FROM d.last_failed_at) / ${bucketSeconds}::int) * ${bucketSeconds}::int AS epoch, count(*) AS n
      FROM dead_letters d WHERE ${condition} GROUP BY 1`)
    const counts = new Map(rows.map((r) => [Number(r.epoch), Number(r.n)]))
    const first = Math.floor(from.getTime() / 1_000 / bucketSeconds) * bucketSeconds
    const length = Math.floor((to.getTime() - 1 - first * 1_000) / (bucketSeconds * 1_000)) + 1
    const buckets = Array.from({ length }, (_, n) => {
      const epoch = first + n * bucketSeconds
      return { at: new Date(epoch * 1_000).toISOString(), count: counts.get(epoch) ?? 0 }
    })
    return { bucketSeconds, buckets }
  })
}

/** Where the axis begins when the filter does not say; undefined when nothing matches. */
async function startOf(
  tx: Pick<Database, 'execute'>,
  condition: ReturnType<typeof filterToSql>,
  to: Date,
): Promise<Date | undefined> {
  const { rows } = await tx.execute<{ at: string | null }>(
    sql`SELECT min(d.last_failed_at) AS at FROM dead_letters d WHERE ${condition}`,
  )
  if (rows[0]?.at == null) return undefined
  const oldest = new Date(rows[0].at)
  return oldest >= to ? oldest : new Date(Math.min(oldest.getTime(), to.getTime() - shownMinMs))
}
