import { sql } from 'drizzle-orm'
import { bumpVersion } from '../bump-version.ts'
import type { Database } from '../connect.ts'
import { toJsonParameter } from '../to-json-parameter.ts'
import type { NewRun } from './create-run.ts'

/**
 * The execution has begun: its row says RUNNING, and every topic has a row of its own. Also for runs that a person
 * started past us. Repeating it changes nothing.
 */
export async function beginRun(db: Database, run: NewRun & { arn: string | null }): Promise<void> {
  const { execution, input } = run
  await db.transaction(async (tx) => {
    await tx.execute(sql`
      INSERT INTO runs (execution, arn, trigger, parent_execution, operation_id, topics, input, state, started_at)
      VALUES (${execution}, ${run.arn}, ${input.trigger ?? 'manual'}, ${input.parentExecution ?? null},
        ${input.operationId ?? null}, ${sql.param(input.topics)}::text[], ${toJsonParameter(input)}::jsonb, 'RUNNING', now())
      ON CONFLICT (execution) DO UPDATE SET arn = coalesce(excluded.arn, runs.arn),
        started_at = coalesce(runs.started_at, now()),
        state = CASE WHEN runs.state = 'PENDING' THEN 'RUNNING' ELSE runs.state END`)
    await tx.execute(sql`
      INSERT INTO run_topics (execution, topic) SELECT ${execution}, t FROM unnest(${sql.param(input.topics)}::text[]) AS t
      ORDER BY t ON CONFLICT DO NOTHING`)
    await bumpVersion(tx, 'runs')
  })
}
