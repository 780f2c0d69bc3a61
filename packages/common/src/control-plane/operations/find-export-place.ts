import { sql } from 'drizzle-orm'
import type { Database } from '../connect.ts'

export type ExportPlace = { bucket: string; key: string; bytes: number; rows: number }

/** Where a finished export lies; undefined while it runs. */
export async function findExportPlace(db: Database, operationId: string): Promise<ExportPlace | undefined> {
  const { rows } = await db.execute<{ result: ExportPlace | null }>(
    sql`SELECT result FROM operations WHERE id = ${operationId}`,
  )
  return rows[0]?.result ?? undefined
}
