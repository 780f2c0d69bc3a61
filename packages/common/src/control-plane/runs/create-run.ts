import { sql } from 'drizzle-orm'
import type { OperationActor } from '../../contract/operation.ts'
import type { RunInput } from '../../contract/run.ts'
import { AppError } from '../../errors/app-error.ts'
import { bumpVersion } from '../bump-version.ts'
import type { Database } from '../connect.ts'
import { toJsonParameter } from '../to-json-parameter.ts'

export type NewRun = { execution: string; input: RunInput; actor?: OperationActor | undefined }

/**
 * Writes a run down before it is started, so that a crash between the two leaves a row that can be started again under
 * the same name. Known already with the same input: nothing changes. Throws CONFLICT when the name has another input.
 */
export async function createRun(db: Database, { execution, input, actor }: NewRun): Promise<void> {
  await db.transaction(async (tx) => {
    const { rows } = await tx.execute<{ is_same: boolean; is_new: boolean }>(sql`
      WITH made AS (
        INSERT INTO runs (execution, trigger, parent_execution, operation_id, actor, topics, input, state)
        VALUES (${execution}, ${input.trigger ?? 'manual'}, ${input.parentExecution ?? null}, ${input.operationId ?? null},
          ${actor === undefined ? null : toJsonParameter(actor)}::jsonb, ${sql.param(input.topics)}::text[],
          ${toJsonParameter(input)}::jsonb, 'PENDING')
        ON CONFLICT (execution) DO NOTHING RETURNING input
      )
      SELECT true AS is_same, true AS is_new FROM made
      UNION ALL SELECT input = ${toJsonParameter(input)}::jsonb, false FROM runs WHERE execution = ${execution}`)
    const row = rows[0]
    if (row && !row.is_same)
      throw new AppError('CONFLICT', `the run ${execution} exists with another input`, {
        context: { execution },
      })
    if (row?.is_new) await bumpVersion(tx, 'runs')
  })
}
