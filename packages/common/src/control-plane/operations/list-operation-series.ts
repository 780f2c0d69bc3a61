import { sql } from 'drizzle-orm'
import type { OperationSeriesPoint } from '../../contract/operation-view.ts'
import type { Database } from '../connect.ts'

/** Throughput and outcomes per ten seconds, oldest first; the newest `limit` points. */
export async function listOperationSeries(
  db: Database,
  operationId: string,
  limit: number,
): Promise<OperationSeriesPoint[]> {
  const { rows } = await db.execute<Omit<OperationSeriesPoint, 'at'> & { bucket: Date }>(sql`
    SELECT bucket, sent, resolved, returned, unverified, skipped, failed FROM operation_series
    WHERE operation_id = ${operationId} ORDER BY bucket DESC LIMIT ${limit}`)
  return rows.reverse().map(({ bucket, ...rest }) => ({ at: new Date(bucket).toISOString(), ...rest }))
}
