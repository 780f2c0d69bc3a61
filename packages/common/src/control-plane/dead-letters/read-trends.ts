import { sql } from 'drizzle-orm'
import type { DeadLetterFilter } from '../../contract/dead-letter-filter.ts'
import type { Database } from '../connect.ts'
import type { OwnerScope } from './filter-to-sql.ts'

export type TrendWindow = { from: Date; to: Date; steps: number }

const dayMs = 86_400_000
const steps = 24

/** From here on steps are hours or longer, and hours are counted already. */
const hourlyFromMs = dayMs

/** The filter's own times, else the last 24 hours; from a whole minute, or a whole hour where hours are read. */
export function trendWindow(filter: DeadLetterFilter, now: Date): TrendWindow {
  const to = filter.failedTo === undefined ? now.getTime() : Date.parse(filter.failedTo)
  const from = filter.failedFrom === undefined ? to - dayMs : Date.parse(filter.failedFrom)
  const unit = to - from >= hourlyFromMs ? 3_600_000 : 60_000
  const start = Math.floor(from / unit) * unit
  return { from: new Date(start), to: new Date(Math.max(to, start + steps * 60_000)), steps }
}

/**
 * Failures per step for some groups. Days come from the counts per hour, shorter windows and those of single topics from
 * the counts per minute. A group without any in the window is absent.
 */
export async function readTrends(
  tx: Pick<Database, 'execute'>,
  fingerprints: readonly string[],
  window: TrendWindow,
  topics: readonly string[] | undefined,
  owners: OwnerScope,
): Promise<Map<string, number[]>> {
  if (fingerprints.length === 0) return new Map()
  const stepSeconds = (window.to.getTime() - window.from.getTime()) / 1_000 / window.steps
  const isHourly = topics === undefined && window.to.getTime() - window.from.getTime() >= hourlyFromMs
  const mine = owners === '*' ? undefined : sql.param([...owners])
  const source = isHourly
    ? sql`SELECT fingerprint, hour AS at, failures FROM error_hours c
        WHERE ${mine === undefined ? sql`true` : sql`c.owner = ANY (${mine}::text[])`}`
    : sql`SELECT fingerprint, minute AS at, failures FROM error_counts c
        WHERE ${topics === undefined ? sql`true` : sql`c.topic = ANY (${sql.param([...topics])}::text[])`}
        AND ${mine === undefined ? sql`true` : sql`c.topic IN (SELECT topic FROM topics WHERE owner = ANY (${mine}::text[]))`}`
  const { rows } = await tx.execute<{ fingerprint: string; step: number; n: string }>(sql`
    SELECT s.fingerprint, least(floor(extract(epoch FROM s.at - ${window.from.toISOString()}::timestamptz) / ${stepSeconds})::int,
      ${window.steps - 1}) AS step, sum(s.failures) AS n
    FROM (${source}) AS s
    WHERE s.fingerprint = ANY (${sql.param([...fingerprints])}::text[])
      AND s.at >= ${window.from.toISOString()}::timestamptz AND s.at <= ${window.to.toISOString()}::timestamptz
    GROUP BY 1, 2`)
  const trends = new Map<string, number[]>()
  for (const { fingerprint, step, n } of rows) {
    const trend = trends.get(fingerprint) ?? Array.from({ length: window.steps }, () => 0)
    trend[step] = Number(n)
    trends.set(fingerprint, trend)
  }
  return trends
}
