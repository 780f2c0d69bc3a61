import { eq } from 'drizzle-orm'
import type { RunInput } from '../../contract/run.ts'
import { AppError } from '../../errors/app-error.ts'
import type { Database } from '../connect.ts'
import { runs } from '../schema/runs.ts'

/** What a run was started with. Throws NOT_FOUND. */
export async function getRunInput(db: Pick<Database, 'select'>, execution: string): Promise<RunInput> {
  const [run] = await db.select({ input: runs.input }).from(runs).where(eq(runs.execution, execution))
  if (run === undefined) throw new AppError('NOT_FOUND', `no run ${execution}`, { context: { execution } })
  return run.input
}
