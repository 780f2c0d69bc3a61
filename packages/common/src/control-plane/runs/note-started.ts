import { sql } from 'drizzle-orm'
import { bumpVersion } from '../bump-version.ts'
import type { Database } from '../connect.ts'

/** Step Functions has taken the start of a run. */
export async function noteStarted(db: Database, execution: string, arn: string): Promise<void> {
  await db.execute(sql`
    UPDATE runs SET arn = ${arn}, started_at = coalesce(started_at, now()), state = CASE WHEN state = 'PENDING' THEN 'RUNNING' ELSE state END
    WHERE execution = ${execution}`)
  await bumpVersion(db, 'runs')
}
