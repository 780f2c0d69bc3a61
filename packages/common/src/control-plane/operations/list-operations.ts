import { sql } from 'drizzle-orm'
import type { OperationKind, OperationState } from '../../contract/operation.ts'
import type { OperationView } from '../../contract/operation-view.ts'
import type { Database } from '../connect.ts'
import { type OperationRow, operationColumns, toOperationView } from './operation-row.ts'

type Request = {
  states?: readonly OperationState[]
  kinds?: readonly OperationKind[]
  topic?: string
  actorId?: string
  isLive?: boolean
  /** Row after which the page starts (keyset on creation time and id). */
  after?: { createdAt: string; id: string }
  limit: number
  /** Topics the caller may see; '*' = all. */
  topics: '*' | readonly string[]
}

/** Newest first. An operation is shown to who may see at least one of its topics. */
export async function listOperations(db: Database, request: Request): Promise<OperationView[]> {
  const { states, kinds, topic, actorId, isLive, after, topics } = request
  const where = [
    states && sql`state = ANY (${sql.param([...states])}::text[])`,
    kinds && sql`kind = ANY (${sql.param([...kinds])}::text[])`,
    topic === undefined ? undefined : sql`topics @> ARRAY[${topic}]::text[]`,
    actorId === undefined ? undefined : sql`actor ->> 'id' = ${actorId}`,
    isLive === undefined ? undefined : isLive ? sql`finished_at IS NULL` : sql`finished_at IS NOT NULL`,
    after && sql`(created_at, id) < (${after.createdAt}::timestamptz, ${after.id}::uuid)`,
    topics === '*' ? undefined : sql`topics && ${sql.param([...topics])}::text[]`,
  ].filter((c) => c !== undefined)
  const condition = where.length === 0 ? sql`true` : sql.join(where, sql` AND `)
  const { rows } = await db.execute<OperationRow>(sql`
    SELECT ${operationColumns} FROM operations WHERE ${condition} ORDER BY created_at DESC, id DESC LIMIT ${request.limit}`)
  return rows.map(toOperationView)
}
