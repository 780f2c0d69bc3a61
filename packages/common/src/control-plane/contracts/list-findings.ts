import { sql } from 'drizzle-orm'
import type { ContractFinding } from '../../contract/contracts.ts'
import type { FindingState } from '../../contract/finding.ts'
import type { Database } from '../connect.ts'
import { isoOrNull } from '../iso-or-null.ts'

type Request = {
  topic: string
  state?: FindingState
  after?: { at: string; id: string }
  limit: number
}

/** What the data of a topic does that its contract does not say, last seen first. */
export async function listFindings(
  db: Pick<Database, 'execute'>,
  { topic, state, after, limit }: Request,
): Promise<ContractFinding[]> {
  const { rows } = await db.execute<Row>(sql`
    SELECT * FROM drift_findings WHERE topic = ${topic}
      ${state === undefined ? sql`` : sql`AND state = ${state}`}
      ${after ? sql`AND (last_seen_at, id) < (${after.at}::timestamptz, ${after.id}::uuid)` : sql``}
    ORDER BY last_seen_at DESC, id DESC LIMIT ${limit}`)
  return rows.map((row) => ({
    id: row.id,
    topic: row.topic,
    kind: row.kind,
    path: row.path,
    column: row.column_name,
    count: Number(row.count),
    sampleMessageId: row.sample_message_id,
    detail: row.detail,
    state: row.state,
    ignoredUntil: isoOrNull(row.ignored_until),
    firstSeenAt: new Date(row.first_seen_at).toISOString(),
    lastSeenAt: new Date(row.last_seen_at).toISOString(),
    lastPassId: row.last_pass_id,
    rowVersion: row.row_version,
  }))
}

type Row = {
  id: string
  topic: string
  kind: ContractFinding['kind']
  path: string
  column_name: string
  count: string
  sample_message_id: string | null
  detail: string
  state: FindingState
  ignored_until: Date | null
  first_seen_at: Date
  last_seen_at: Date
  last_pass_id: string | null
  row_version: number
}
