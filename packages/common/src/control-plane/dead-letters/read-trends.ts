import { sql } from 'drizzle-orm'
import type { DeadLetterFilter } from '../../contract/dead-letter-filter.ts'
import type { Database } from '../connect.ts'
import type { OwnerScope } from './filter-to-sql.ts'

export type TrendWindow = { from: Date; to: Date; steps: number }

const dayMs = 86_400_000
const steps = 24

/** The filter's own times, else the last 24 hours; whole minutes, because failures are counted by the minute. */
export function trendWindow(filter: DeadLetterFilter, now: Date): TrendWindow {
  const to = filter.failedTo === undefined ? now.getTime() : Date.parse(filter.failedTo)
  const from = filter.failedFrom === undefined ? to - dayMs : Date.parse(filter.failedFrom)
  const start = Math.floor(from / 60_000) * 60_000
  return { from: new Date(start), to: new Date(Math.max(to, start + steps * 60_000)), steps }
}

/** Failures per step for some groups, from the counts per minute. A group without any in the window is absent. */
export async function readTrends(
  tx: Pick<Database, 'execute'>,
  fingerprints: readonly string[],
  window: TrendWindow,
  topics: readonly string[] | undefined,
  owners: OwnerScope,
): Promise<Map<string, number[]>> {
  if (fingerprints.length === 0) return new Map()
  const stepSeconds = (window.to.getTime() - window.from.getTime()) / 1_000 / window.steps
  const { rows } = await tx.execute<{ fingerprint: string; step: number; n: string }>(sql`
    SELECT c.fingerprint, least(floor(extract(epoch FROM c.minute - ${window.from.toISOString()}::timestamptz) / ${stepSeconds})::int,
      ${window.steps - 1}) AS step, sum(c.failures) AS n
    FROM error_counts c
    WHERE c.fingerprint = ANY (${sql.param([...fingerprints])}::text[])
      AND c.minute >= ${window.from.toISOString()}::timestamptz AND c.minute <= ${window.to.toISOString()}::timestamptz
      ${topics === undefined ? sql`` : sql`AND c.topic = ANY (${sql.param([...topics])}::text[])`}
      ${owners === '*' ? sql`` : sql`AND c.topic IN (SELECT topic FROM topics WHERE owner = ANY (${sql.param([...owners])}::text[]))`}
    GROUP BY 1, 2`)
  const trends = new Map<string, number[]>()
  for (const { fingerprint, step, n } of rows) {
    const trend = trends.get(fingerprint) ?? Array.from({ length: window.steps }, () => 0)
    trend[step] = Number(n)
    trends.set(fingerprint, trend)
  }
  return trends
}
