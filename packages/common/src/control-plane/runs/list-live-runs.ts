import { sql } from 'drizzle-orm'
import type { RunInput } from '../../contract/run.ts'
import type { Database } from '../connect.ts'

export type LiveRun = {
  execution: string
  arn: string | null
  state: 'PENDING' | 'RUNNING'
  input: RunInput
  ageSeconds: number
}

/** Runs that have not ended as far as the control plane knows, the oldest first. */
export async function listLiveRuns(db: Pick<Database, 'execute'>, limit: number): Promise<LiveRun[]> {
  const { rows } = await db.execute<{
    execution: string
    arn: string | null
    state: LiveRun['state']
    input: RunInput
    age: number
  }>(sql`
    SELECT execution, arn, state, input, extract(epoch FROM now() - created_at)::int AS age FROM runs
    WHERE state IN ('PENDING', 'RUNNING') ORDER BY created_at LIMIT ${limit}`)
  return rows.map(({ age, ...run }) => ({ ...run, ageSeconds: age }))
}
