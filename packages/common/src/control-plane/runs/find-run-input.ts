import { sql } from 'drizzle-orm'
import type { RunInput } from '../../contract/run.ts'
import type { Database } from '../connect.ts'

/** What a run was started with; undefined when it is not known. */
export async function findRunInput(
  db: Pick<Database, 'execute'>,
  execution: string,
): Promise<RunInput | undefined> {
  const { rows } = await db.execute<{ input: RunInput }>(
    sql`SELECT input FROM runs WHERE execution = ${execution}`,
  )
  return rows[0]?.input
}
