import type { Pulse } from '@lean-ops/common/contract/pulse'
import type { Database } from '@lean-ops/common/control-plane/connect'
import { sql } from 'drizzle-orm'

type Row = {
  versions: Record<string, number>
  open: string | null
  live: string
  operations: Pulse['operations'] | null
  hold: { reason: string | null; by: string | null; until: string | null } | null
  banner: string | null
}

/** What the shell of every page shows beside paused topics, in one query over small tables and a partial index. */
export async function readPulse(
  db: Pick<Database, 'execute'>,
  reader: { id: string; owners: '*' | readonly string[]; now: Date },
): Promise<Omit<Pulse, 'pauses' | 'pausesTotal'>> {
  const scope =
    reader.owners === '*' ? sql`true` : sql`owner = ANY (${sql.param([...reader.owners])}::text[])`
  const now = sql`${reader.now.toISOString()}::timestamptz`
  // The very predicate of the index operations_live.
  const isLive = sql`state NOT IN ('completed', 'completed_with_failures', 'cancelled', 'failed')`
  const { rows } = await db.execute<Row>(sql`
    SELECT
      (SELECT jsonb_object_agg(noun, version) FROM versions) AS versions,
      (SELECT sum(letters) FROM dead_letter_counts WHERE status = 'open' AND ${scope}) AS open,
      (SELECT count(*) FROM operations WHERE ${isLive}) AS live,
      (SELECT jsonb_agg(mine) FROM (
        SELECT id, kind, title, state, total, total - pending - sending - verifying AS done
        FROM operations WHERE ${isLive} AND actor ->> 'id' = ${reader.id} ORDER BY created_at DESC LIMIT 10
      ) mine) AS operations,
      (SELECT jsonb_build_object('reason', reason, 'by', held_by, 'until', until)
        FROM hold WHERE is_held AND (until IS NULL OR until > ${now})) AS hold,
      (SELECT value #>> '{}' FROM settings WHERE key = 'banner') AS banner`)
  const row = rows[0]
  return {
    now: reader.now.toISOString(),
    versions: row?.versions ?? {},
    counts: { deadLettersOpen: Number(row?.open ?? 0), operationsLive: Number(row?.live ?? 0) },
    operations: row?.operations ?? [],
    hold: row?.hold
      ? { ...row.hold, until: row.hold.until === null ? null : new Date(row.hold.until).toISOString() }
      : null,
    banner: row?.banner ?? null,
  }
}
