import { eq } from 'drizzle-orm'
import { AppError } from '../../errors/app-error.ts'
import type { Database } from '../connect.ts'
import { runs } from '../schema/runs.ts'

export type Run = typeof runs.$inferSelect

/** A run by the name of its execution. Throws NOT_FOUND. */
export async function getRun(db: Pick<Database, 'select'>, execution: string): Promise<Run> {
  const [run] = await db.select().from(runs).where(eq(runs.execution, execution))
  if (run === undefined) throw new AppError('NOT_FOUND', `no run ${execution}`, { context: { execution } })
  return run
}
