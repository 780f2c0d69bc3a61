import { type SQL, sql } from 'drizzle-orm'
import type { FingerprintPart } from '../../contract/dead-letter.ts'
import type { DeadLetterFilter } from '../../contract/dead-letter-filter.ts'
import type { ErrorGroup, GroupList, GroupSort } from '../../contract/dead-letter-query.ts'
import type { FailureClass, FailureStage } from '../../contract/failure-code.ts'
import { explainFingerprint } from '../../fingerprint/explain-fingerprint.ts'
import type { Database } from '../connect.ts'
import { withTimeLimit } from '../with-time-limit.ts'
import { countedRows } from './counted-rows.ts'
import type { OwnerScope } from './filter-to-sql.ts'
import { isSearch, queryAdvice, queryTimeoutMs } from './query-limits.ts'
import { readTrends, type TrendWindow, trendWindow } from './read-trends.ts'

export type GroupRequest = {
  filter: DeadLetterFilter
  owners: OwnerScope
  sort?: GroupSort
  limit: number
  now: Date
}

const topicsMax = 10
const orders: Record<GroupSort, SQL> = {
  count: sql`t.letters DESC, g.last_seen_at DESC`,
  lastSeenAt: sql`g.last_seen_at DESC`,
  firstSeenAt: sql`g.first_seen_at DESC`,
}

/**
 * What fails for the same reason, with its share of the matching messages, topics and trend. Throws UNPROCESSABLE after
 * three seconds.
 */
export async function listErrorGroups(db: Database, request: GroupRequest): Promise<GroupList> {
  const { filter, owners, sort = 'count', limit, now } = request
  const window = trendWindow(filter, now)
  return withTimeLimit(db, queryTimeoutMs, queryAdvice, async (tx) => {
    const { rows } = await tx.execute<GroupRow>(sql`
      WITH per_topic AS MATERIALIZED (${countedRows(filter, owners, ['fingerprint', 'topic'])}),
      totals AS (SELECT fingerprint, sum(letters) AS letters, count(*)::int AS topic_count FROM per_topic GROUP BY fingerprint),
      page AS MATERIALIZED (
        SELECT t.letters, t.topic_count, count(*) OVER () AS total,
          row_number() OVER (ORDER BY ${orders[sort]}, g.fingerprint) AS position, g.*
        FROM totals t JOIN error_groups g USING (fingerprint) ORDER BY position LIMIT ${limit}
      ),
      listed AS (
        SELECT fingerprint, jsonb_agg(jsonb_build_object('topic', topic, 'count', letters) ORDER BY rank) AS topics
        FROM (
          SELECT fingerprint, topic, letters, row_number() OVER (PARTITION BY fingerprint ORDER BY letters DESC, topic) AS rank
          FROM per_topic WHERE fingerprint IN (SELECT fingerprint FROM page)
        ) AS ranked WHERE rank <= ${topicsMax} GROUP BY fingerprint
      )
      SELECT p.fingerprint, p.title, p.code, p.class, p.stage, p.letters, p.total, p.parts, p.sample_id, p.first_seen_at,
        p.last_seen_at, p.topic_count, l.topics
      FROM page p JOIN listed l USING (fingerprint) ORDER BY p.position`)
    const trends = await readTrends(
      tx,
      rows.map((r) => r.fingerprint),
      window,
      filter.topic,
      owners,
    )
    return {
      groups: rows.map((row) => toGroup(row, trends.get(row.fingerprint), window)),
      total: Number(rows[0]?.total ?? 0),
      isApproximate: isSearch(filter),
      trendFrom: window.from.toISOString(),
      trendTo: window.to.toISOString(),
    }
  })
}

type GroupRow = {
  fingerprint: string
  title: string
  code: string
  class: FailureClass
  stage: FailureStage
  letters: string
  total: string
  parts: FingerprintPart[]
  sample_id: string
  first_seen_at: string
  last_seen_at: string
  topics: { topic: string; count: number }[]
  topic_count: number
}

const toGroup = (row: GroupRow, trend: number[] | undefined, window: TrendWindow): ErrorGroup => ({
  fingerprint: row.fingerprint,
  title: row.title,
  code: row.code,
  class: row.class,
  stage: row.stage,
  count: Number(row.letters),
  topics: row.topics,
  topicCount: row.topic_count,
  firstSeenAt: new Date(row.first_seen_at).toISOString(),
  lastSeenAt: new Date(row.last_seen_at).toISOString(),
  trend: trend ?? Array.from({ length: window.steps }, () => 0),
  parts: row.parts,
  explanation: explainFingerprint(row.parts),
  sampleId: row.sample_id,
})
