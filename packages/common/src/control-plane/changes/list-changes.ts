import { sql } from 'drizzle-orm'
import type { Change } from '../../contract/change.ts'
import type { Database } from '../connect.ts'

type Request = {
  from: Date
  to: Date
  /** Only what concerns one of these, or every topic. Names outside them are not shown. */
  topics: readonly string[]
  limit: number
}

/**
 * What changed in a span of time for some topics, newest first: deploys, contracts that became active, operations that began, pauses, holds, settings.
 * Every source is asked by its index on time.
 */
export async function listChanges(db: Pick<Database, 'execute'>, request: Request): Promise<Change[]> {
  const { limit } = request
  const topics = sql`${sql.param([...request.topics])}::text[]`
  const between = sql`BETWEEN ${request.from.toISOString()}::timestamptz AND ${request.to.toISOString()}::timestamptz`
  const { rows } = await db.execute<Row>(sql`
    SELECT * FROM (
      (SELECT 'deploy-' || id AS id, at, 'deploy' AS kind, 'deploy' || coalesce(' of ' || left(git_commit, 12), '') AS title,
        NULL AS by, NULL::text[] AS topics, NULL::text AS operation_id
      FROM deploys WHERE at ${between} ORDER BY at DESC LIMIT ${limit})
      UNION ALL
      (SELECT 'contract-' || topic || '-' || left(sha256, 12), activated_at, 'contract', 'contract ' || version || ' of ' || topic || ' became active',
        coalesce(activated_by ->> 'name', activated_by ->> 'id', source), ARRAY[topic], NULL
      FROM contract_versions WHERE activated_at ${between} AND topic = ANY (${topics}) ORDER BY activated_at DESC LIMIT ${limit})
      UNION ALL
      (SELECT 'operation-' || id, created_at, 'operation', kind || ' of ' || total || CASE total WHEN 1 THEN ' message' ELSE ' messages' END,
        coalesce(actor ->> 'name', actor ->> 'id'), ARRAY(SELECT unnest(topics) INTERSECT SELECT unnest(${topics}) ORDER BY 1), id::text
      FROM operations WHERE created_at ${between} AND topics && ${topics} AND kind <> 'export' ORDER BY created_at DESC LIMIT ${limit})
      UNION ALL
      (SELECT 'pause-' || seq, at, 'pause', target_id || CASE action WHEN 'topic.pause' THEN ' paused' ELSE ' resumed' END, actor_id, ARRAY[target_id], NULL
      FROM audit_log WHERE at ${between} AND action IN ('topic.pause', 'topic.resume') AND outcome = 'done' AND target_id = ANY (${topics})
      ORDER BY at DESC LIMIT ${limit})
      UNION ALL
      (SELECT 'audit-' || seq, at, CASE WHEN action LIKE 'hold.%' THEN 'hold' ELSE 'setting' END,
        CASE action WHEN 'hold.set' THEN 'all operations held' WHEN 'hold.lift' THEN 'hold lifted' ELSE 'setting ' || coalesce(target_id, '') || ' changed' END,
        actor_id, NULL, NULL
      FROM audit_log WHERE at ${between} AND action IN ('hold.set', 'hold.lift', 'setting.change') AND outcome = 'done'
      ORDER BY at DESC LIMIT ${limit})
    ) AS changes ORDER BY at DESC, id LIMIT ${limit}`)
  return rows.map((r) => ({
    id: r.id,
    at: new Date(r.at).toISOString(),
    kind: r.kind,
    title: r.title,
    by: r.by,
    topics: r.topics,
    operationId: r.operation_id,
  }))
}

type Row = {
  id: string
  at: Date
  kind: Change['kind']
  title: string
  by: string | null
  topics: string[] | null
  operation_id: string | null
}
