import { sql } from 'drizzle-orm'
import type { OperationActor, OperationKind, OperationParameters } from '../../contract/operation.ts'
import type { Plan, PlanCheck, PlanPreview, PlanSelection } from '../../contract/plan.ts'
import { AppError } from '../../errors/app-error.ts'
import type { Database } from '../connect.ts'

/** A stored preview with its check as far as it has come. Only its author sees it. Throws NOT_FOUND. */
export async function getPlan(db: Database, planId: string, actorId: string): Promise<Plan> {
  const { rows } = await db.execute<PlanRow>(
    sql`SELECT * FROM plans WHERE id = ${planId} AND actor ->> 'id' = ${actorId}`,
  )
  if (!rows[0]) throw new AppError('NOT_FOUND', 'there is no such plan of yours', { context: { planId } })
  return toPlan(rows[0])
}

export type PlanRow = {
  id: string
  kind: OperationKind
  parameters: OperationParameters
  selection: PlanSelection
  as_of: string
  count: number
  bytes: string
  preview: PlanPreview
  check_state: Plan['checkState']
  check_result: PlanCheck | null
  actor: OperationActor
  created_at: Date
  expires_at: Date
  operation_id: string | null
}

export const toPlan = (row: PlanRow): Plan => ({
  id: row.id,
  kind: row.kind,
  parameters: row.parameters,
  selection: row.selection,
  count: row.count,
  bytes: Number(row.bytes),
  preview: row.preview,
  checkState: row.check_state,
  check: row.check_result,
  createdAt: new Date(row.created_at).toISOString(),
  expiresAt: new Date(row.expires_at).toISOString(),
})
