import { sql } from 'drizzle-orm'
import type { OperationParameters } from '../../contract/operation.ts'
import type { LetterSelection, PlanCheck } from '../../contract/plan.ts'
import type { Database } from '../connect.ts'
import type { OperationAuthority } from './operation-authority.ts'

export type PlanToCheck = {
  parameters: OperationParameters
  selection: LetterSelection
  asOf: number
  count: number
  authority: OperationAuthority
}

/** The plan whose check is still to be made; undefined when it was made already or the plan is gone. */
export async function findPlanToCheck(db: Database, planId: string): Promise<PlanToCheck | undefined> {
  const { rows } = await db.execute<{
    parameters: OperationParameters
    selection: LetterSelection
    as_of: string
    count: number
    authority: OperationAuthority
  }>(sql`
    SELECT parameters, selection, as_of, count, authority FROM plans WHERE id = ${planId} AND check_state = 'pending'`)
  const row = rows[0]
  return (
    row && {
      parameters: row.parameters,
      selection: row.selection,
      asOf: Number(row.as_of),
      count: row.count,
      authority: row.authority,
    }
  )
}

/** Stores the answer to "would it work now?"; undefined = it could not be found out. */
export async function settlePlanCheck(
  db: Database,
  planId: string,
  check: PlanCheck | undefined,
): Promise<void> {
  await db.execute(sql`
    UPDATE plans SET check_state = ${check ? 'done' : 'failed'}, check_result = ${check ? JSON.stringify(check) : null}::jsonb
    WHERE id = ${planId} AND check_state = 'pending'`)
}
