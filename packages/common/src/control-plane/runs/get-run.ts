import { sql } from 'drizzle-orm'
import { RunInput } from '../../contract/run.ts'
import type { RunDetail, RunPass } from '../../contract/run-view.ts'
import { AppError } from '../../errors/app-error.ts'
import { PassResult } from '../../messages/pass-result.ts'
import type { Database } from '../connect.ts'
import { isoOrNull } from '../iso-or-null.ts'
import type { RunError } from '../schema/runs.ts'
import { type Row, runColumns, toRunRow } from './list-runs.ts'

/** A run with its topics and passes, as far as the reader may see them. Throws NOT_FOUND, also for a run of topics that they may not see. */
export async function getRun(
  db: Pick<Database, 'execute'>,
  execution: string,
  visible: '*' | readonly string[],
): Promise<RunDetail> {
  const { rows } = await db.execute<Row>(sql`SELECT ${runColumns} FROM runs WHERE execution = ${execution}`)
  const row = rows[0]
  const run = row && toRunRow(row, visible)
  if (!row || !run || run.topicCount === 0)
    throw new AppError('NOT_FOUND', 'There is no such run that you may see.', { context: { id: execution } })
  const scope = visible === '*' ? sql`true` : sql`topic = ANY (${sql.param([...visible])}::text[])`
  const topics = await db.execute<TopicRow>(sql`
    SELECT topic, outcome, round, rows_curated, rows_semantic, is_behind, error, updated_at FROM run_topics
    WHERE execution = ${execution} AND ${scope} ORDER BY topic`)
  const passes = await db.execute<PassRow>(sql`
    SELECT * FROM run_passes WHERE execution = ${execution} AND ${scope} ORDER BY planned_at, pass_id LIMIT 5000`)
  const children = await db.execute<Pick<Row, 'execution' | 'trigger' | 'state'>>(sql`
    SELECT execution, trigger, state FROM runs WHERE parent_execution = ${execution} ORDER BY created_at LIMIT 100`)
  const input = RunInput.parse(row.input)
  return {
    run,
    arn: row.arn,
    input: {
      ...input,
      topics: visible === '*' ? input.topics : input.topics.filter((topic) => visible.includes(topic)),
      ...(visible !== '*' && input.request?.mode === 'keys'
        ? { request: { mode: 'keys', keysObjects: pick(input.request.keysObjects, visible) } }
        : {}),
    },
    topics: topics.rows.map((t) => ({
      topic: t.topic,
      outcome: t.outcome,
      round: t.round,
      rowsCurated: Number(t.rows_curated),
      rowsSemantic: Number(t.rows_semantic),
      isBehind: t.is_behind,
      error: t.error,
      updatedAt: new Date(t.updated_at).toISOString(),
    })),
    passes: passes.rows.map(toRunPass),
    children: children.rows.map((c) => ({ id: c.execution, trigger: c.trigger, state: c.state })),
  }
}

const pick = (all: Record<string, string>, names: readonly string[]): Record<string, string> =>
  Object.fromEntries(Object.entries(all).filter(([name]) => names.includes(name)))

type TopicRow = {
  topic: string
  outcome: RunDetail['topics'][number]['outcome']
  round: number
  rows_curated: string
  rows_semantic: string
  is_behind: boolean
  error: RunError | null
  updated_at: Date
}

type PassRow = {
  pass_id: string
  topic: string
  layer: RunPass['layer']
  seq: string
  mode: RunPass['mode']
  state: RunPass['state']
  from_snapshot_id: string | null
  to_snapshot_id: string | null
  from_seq: string | null
  to_seq: string | null
  contract_version: string
  round: number
  attempts: number
  job_run_id: string | null
  result: unknown
  rows_read: string | null
  rows_written: string | null
  rows_rejected: string | null
  error: RunError | null
  planned_at: Date
  started_at: Date
  settled_at: Date | null
}

const numberOrNull = (text: string | null): number | null => (text === null ? null : Number(text))

function toRunPass(row: PassRow): RunPass {
  const result = PassResult.safeParse(row.result)
  return {
    passId: row.pass_id,
    topic: row.topic,
    layer: row.layer,
    seq: Number(row.seq),
    round: row.round,
    mode: row.mode,
    state: row.state,
    attempts: row.attempts,
    from: row.from_snapshot_id,
    to: row.to_snapshot_id,
    fromSeq: numberOrNull(row.from_seq),
    toSeq: numberOrNull(row.to_seq),
    contractVersion: row.contract_version,
    jobRunId: row.job_run_id,
    rowsRead: numberOrNull(row.rows_read),
    rowsWritten: numberOrNull(row.rows_written),
    rowsRejected: numberOrNull(row.rows_rejected),
    counts: result.success ? result.data.counts : {},
    error: row.error,
    plannedAt: new Date(row.planned_at).toISOString(),
    startedAt: new Date(row.started_at).toISOString(),
    settledAt: isoOrNull(row.settled_at),
  }
}
