import { sql } from 'drizzle-orm'
import { AppError } from '../../errors/app-error.ts'
import type { Database } from '../connect.ts'

/** A worker writes only under its own lease: throws CONFLICT when a newer token exists. Locks the operation's row to the end of the transaction. */
export async function requireLease(tx: Database, operationId: string, token: number): Promise<void> {
  const { rows } = await tx.execute(sql`
    SELECT 1 FROM operations WHERE id = ${operationId} AND fencing_token = ${token} AND finished_at IS NULL FOR UPDATE`)
  if (rows.length === 0) throw leaseLost(operationId)
}

export const leaseLost = (operationId: string): AppError =>
  new AppError('CONFLICT', 'another worker has taken over this operation', { context: { operationId } })
