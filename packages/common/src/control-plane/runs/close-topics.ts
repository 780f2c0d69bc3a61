import { type SQL, sql } from 'drizzle-orm'
import type { Database } from '../connect.ts'

/** Topics of a run (`where` over `run_topics`) that are still in progress and have no more to do get the outcome that their passes show. */
export async function closeTopics(tx: Pick<Database, 'execute'>, where: SQL): Promise<void> {
  await tx.execute(sql`
    UPDATE run_topics r SET updated_at = now(), outcome = CASE
        WHEN ${hasPass('semantic')} THEN 'COMPLETE'
        WHEN NOT ${hasPass('curated')} THEN 'NO_NEW_DATA'
        WHEN EXISTS (SELECT 1 FROM contract_versions c WHERE c.topic = r.topic AND c.state IN ('active', 'ahead_of_git')
          AND jsonb_array_length(c.model->'columns') > 0) THEN 'NO_NEW_CURATED_DATA'
        ELSE 'CURATED_ONLY' END
    WHERE ${where} AND outcome IN ('WAITING', 'IN_PROGRESS')`)
}

const hasPass = (layer: 'curated' | 'semantic'): SQL => sql`EXISTS (
  SELECT 1 FROM run_passes p WHERE p.execution = r.execution AND p.topic = r.topic AND p.layer = ${layer} AND p.state = 'SUCCEEDED')`
