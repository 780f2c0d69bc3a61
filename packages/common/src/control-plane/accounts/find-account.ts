import { sql } from 'drizzle-orm'
import type { Database } from '../connect.ts'

export type LatestAccount = {
  rawSnapshotId: string
  computedAt: Date
  unexplained: number
  operationId: string | null
  result: Record<string, unknown>
  isOutdated: boolean
}

/** The newest count of a topic, and the operation that counts it now, if one does. */
export async function findAccount(
  db: Pick<Database, 'execute'>,
  topic: string,
): Promise<{ account: LatestAccount | undefined; operationId: string | null }> {
  const { rows } = await db.execute<Row>(sql`
    SELECT a.raw_snapshot_id::text AS raw_snapshot_id, a.computed_at, a.unexplained, a.operation_id, a.result,
      s.raw_snapshot_id IS NOT NULL AND s.raw_snapshot_id <> a.raw_snapshot_id AS is_outdated
    FROM topic_accounts a LEFT JOIN topic_status s ON s.topic = a.topic
    WHERE a.topic = ${topic} ORDER BY a.computed_at DESC LIMIT 1`)
  const live = await db.execute<{ id: string }>(sql`
    SELECT operation_id AS id FROM operation_items WHERE dead_letter_id = ${`account:${topic}`} AND outcome IS NULL LIMIT 1`)
  const row = rows[0]
  return {
    account: row && {
      rawSnapshotId: row.raw_snapshot_id,
      computedAt: new Date(row.computed_at),
      unexplained: Number(row.unexplained),
      operationId: row.operation_id,
      result: row.result,
      isOutdated: row.is_outdated,
    },
    operationId: live.rows[0]?.id ?? null,
  }
}

type Row = {
  raw_snapshot_id: string
  computed_at: Date
  unexplained: string
  operation_id: string | null
  result: Record<string, unknown>
  is_outdated: boolean
}
