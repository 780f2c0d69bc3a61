import { sql } from 'drizzle-orm'
import type { Database } from '../connect.ts'

/** Notes that a deploy ran, with what it changed. */
export async function recordDeploy(
  db: Pick<Database, 'execute'>,
  deploy: { gitCommit: string | undefined; details: Record<string, unknown> },
): Promise<void> {
  await db.execute(sql`
    INSERT INTO deploys (git_commit, details) VALUES (${deploy.gitCommit ?? null}, ${JSON.stringify(deploy.details)}::jsonb)`)
}
