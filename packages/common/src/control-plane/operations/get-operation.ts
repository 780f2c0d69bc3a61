import { sql } from 'drizzle-orm'
import type { OperationView } from '../../contract/operation-view.ts'
import { AppError } from '../../errors/app-error.ts'
import type { Database } from '../connect.ts'
import { type OperationRow, operationColumns, toOperationView } from './operation-row.ts'

/** One operation with its counts. Throws NOT_FOUND. */
export async function getOperation(db: Database, operationId: string): Promise<OperationView> {
  const { rows } = await db.execute<OperationRow>(
    sql`SELECT ${operationColumns} FROM operations WHERE id = ${operationId}`,
  )
  if (!rows[0]) throw new AppError('NOT_FOUND', 'there is no such operation', { context: { operationId } })
  return toOperationView(rows[0])
}
