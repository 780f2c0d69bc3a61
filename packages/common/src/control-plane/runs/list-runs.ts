import { type SQL, sql } from 'drizzle-orm'
import type { OperationActor } from '../../contract/operation.ts'
import type { RunEnd, RunState, RunTrigger } from '../../contract/run.ts'
import type { RunRow } from '../../contract/run-view.ts'
import type { Database } from '../connect.ts'
import { isoOrNull } from '../iso-or-null.ts'
import type { RunError } from '../schema/runs.ts'

type Request = {
  states?: readonly RunState[]
  triggers?: readonly RunTrigger[]
  topic?: string
  operationId?: string
  from?: string
  to?: string
  /** Row after which the page starts. */
  after?: { createdAt: string; id: string }
  limit: number
  /** Topics the caller may see; '*' = all. */
  topics: '*' | readonly string[]
}

const topicsShown = 10

/** Newest first. A run is shown to who may see at least one of its topics, and then with those topics only. */
export async function listRuns(db: Pick<Database, 'execute'>, request: Request): Promise<RunRow[]> {
  const { states, triggers, topic, operationId, from, to, after, topics } = request
  const where = [
    states && sql`state = ANY (${sql.param([...states])}::text[])`,
    triggers && sql`trigger = ANY (${sql.param([...triggers])}::text[])`,
    topic === undefined ? undefined : sql`topics @> ARRAY[${topic}]::text[]`,
    operationId === undefined ? undefined : sql`operation_id = ${operationId}`,
    from === undefined ? undefined : sql`created_at >= ${from}::timestamptz`,
    to === undefined ? undefined : sql`created_at < ${to}::timestamptz`,
    after && sql`(created_at, execution) < (${after.createdAt}::timestamptz, ${after.id})`,
    topics === '*' ? undefined : sql`topics && ${sql.param([...topics])}::text[]`,
  ].filter((c) => c !== undefined)
  const condition = where.length === 0 ? sql`true` : sql.join(where, sql` AND `)
  const { rows } = await db.execute<Row>(sql`
    SELECT ${runColumns} FROM runs WHERE ${condition} ORDER BY created_at DESC, execution DESC LIMIT ${request.limit}`)
  return rows.map((row) => toRunRow(row, topics))
}

export const runColumns: SQL = sql.raw(
  'execution, arn, trigger, parent_execution, operation_id, actor, topics, state, ended_in, rounds, created_at, started_at, finished_at, error, summary, input',
)

export type Row = {
  execution: string
  arn: string | null
  trigger: RunTrigger
  parent_execution: string | null
  operation_id: string | null
  actor: OperationActor | null
  topics: string[]
  state: RunState
  ended_in: RunEnd | null
  rounds: number
  created_at: Date
  started_at: Date | null
  finished_at: Date | null
  error: RunError | null
  summary: Record<string, number>
  input: unknown
}

export function toRunRow(row: Row, visible: '*' | readonly string[]): RunRow {
  const topics = visible === '*' ? row.topics : row.topics.filter((topic) => visible.includes(topic))
  return {
    id: row.execution,
    trigger: row.trigger,
    parentId: row.parent_execution,
    operationId: row.operation_id,
    actor: row.actor?.name ?? null,
    topics: topics.slice(0, topicsShown),
    topicCount: topics.length,
    state: row.state,
    endedIn: row.ended_in,
    rounds: row.rounds,
    createdAt: new Date(row.created_at).toISOString(),
    startedAt: isoOrNull(row.started_at),
    finishedAt: isoOrNull(row.finished_at),
    error: row.error,
    summary: row.summary,
  }
}
