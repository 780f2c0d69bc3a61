import { sql } from 'drizzle-orm'
import type { ItemOutcome, ItemReason } from '../../contract/operation.ts'
import { bumpVersion } from '../bump-version.ts'
import type { Database } from '../connect.ts'
import { repeatOnConflict } from '../repeat-on-conflict.ts'
import { mayStillAct } from './operation-authority.ts'
import { requireLease } from './require-lease.ts'

type Lease = { operationId: string; token: number }

/** Rows per transaction: everyone else who changes dead letters waits meanwhile. */
const pageSize = 5_000

/** Takes rejects for judging by `execution`: those still open, page by page; the others end as skipped. */
export async function claimRejects(db: Database, lease: Lease, execution: string): Promise<void> {
  let handled: number
  do handled = await claimPage(db, lease, execution)
  while (handled === pageSize)
}

function claimPage(db: Database, { operationId, token }: Lease, execution: string): Promise<number> {
  return repeatOnConflict(() =>
    db.transaction(async (tx) => {
      await requireLease(tx, operationId, token)
      const version = await bumpVersion(tx, 'dead_letters')
      const { rows } = await tx.execute<{ handled: number }>(sql`
        WITH page AS (
          SELECT dead_letter_id AS id FROM operation_items WHERE operation_id = ${operationId} AND state = 'pending'
          ORDER BY sequence, dead_letter_id LIMIT ${pageSize} FOR UPDATE
        ), letters AS (
          SELECT d.id, ${mayStillAct(sql`o.authority`)} AS may_act, d.status IN ('open', 'unverified') AND d.stage = 'semantic' AS is_open
          FROM dead_letters d JOIN page USING (id) JOIN operations o ON o.id = ${operationId} ORDER BY d.id FOR UPDATE OF d
        ), claimed AS (
          UPDATE dead_letters d SET status = 'verifying', status_changed_at = now(), operation_id = ${operationId},
            verify_stage = 'semantic', verify_until = NULL, changed_seq = ${version}
          FROM letters l WHERE d.id = l.id AND l.may_act AND l.is_open RETURNING d.id
        ), items AS (
          UPDATE operation_items i SET
            state = CASE WHEN c.id IS NULL THEN 'done' ELSE 'verifying' END,
            outcome = CASE WHEN c.id IS NULL THEN 'skipped' END,
            reason = CASE WHEN c.id IS NULL THEN CASE WHEN l.may_act IS FALSE THEN 'permission' ELSE 'no_longer_open' END END,
            settled_at = CASE WHEN c.id IS NULL THEN now() END, verify_stage = 'semantic', fencing_token = ${token},
            replay_id = CASE WHEN c.id IS NOT NULL THEN ${execution} END, sent_at = now()
          FROM page p LEFT JOIN letters l USING (id) LEFT JOIN claimed c USING (id)
          WHERE i.operation_id = ${operationId} AND i.dead_letter_id = p.id
          RETURNING 1
        ) SELECT count(*)::int AS handled FROM items`)
      await bumpVersion(tx, 'operations')
      return rows[0]?.handled ?? 0
    }),
  )
}

/** Topics of the rejects under judgement, sorted. */
export async function listClaimedTopics(
  db: Pick<Database, 'execute'>,
  operationId: string,
): Promise<string[]> {
  const { rows } = await db.execute<{ topic: string }>(sql`
    SELECT DISTINCT topic FROM operation_items WHERE operation_id = ${operationId} AND state = 'verifying' ORDER BY topic`)
  return rows.map((row) => row.topic)
}

/** Merge keys, as curated writes them, of a topic's rejects under judgement. */
export async function listRejectKeys(
  db: Pick<Database, 'execute'>,
  operationId: string,
  topic: string,
): Promise<string[]> {
  const { rows } = await db.execute<{ key: string }>(sql`
    SELECT DISTINCT CASE WHEN d.idempotency_key IS NULL THEN 'm:' || d.message_id ELSE 'k:' || d.idempotency_key END AS key
    FROM operation_items i JOIN dead_letters d ON d.id = i.dead_letter_id
    WHERE i.operation_id = ${operationId} AND i.topic = ${topic} AND i.state = 'verifying' ORDER BY 1`)
  return rows.map((row) => row.key)
}

/** Manifests of what the run's passes refused and found in order in the semantic layer of a topic. */
export async function listRejectManifests(
  db: Pick<Database, 'execute'>,
  execution: string,
  topic: string,
): Promise<string[]> {
  const { rows } = await db.execute<{ manifest: string | null }>(sql`
    SELECT result ->> 'manifest' AS manifest FROM run_passes
    WHERE execution = ${execution} AND topic = ${topic} AND layer = 'semantic' ORDER BY seq`)
  return rows.flatMap((row) => (row.manifest === null ? [] : [row.manifest]))
}

type Verdict =
  /** The run judged them: these message ids are in order now, the others were refused again. */
  | { healed: readonly string[] }
  | { not: Extract<ItemOutcome, 'failed' | 'cancelled'>; reason: ItemReason; detail: string }

/** Ends the judgement of a topic's rejects: what passed is resolved, what did not is open again. */
export async function settleRejects(
  db: Database,
  { operationId, token }: Lease,
  topic: string,
  verdict: Verdict,
): Promise<void> {
  const isRefused =
    'healed' in verdict ? sql`d.message_id <> ALL (${sql.param([...verdict.healed])}::text[])` : sql`true`
  const failure = 'healed' in verdict ? { not: 'returned', reason: 'refused_again', detail: null } : verdict
  await repeatOnConflict(() =>
    db.transaction(async (tx) => {
      await requireLease(tx, operationId, token)
      const version = await bumpVersion(tx, 'dead_letters')
      await tx.execute(sql`
        WITH judged AS (
          SELECT d.id, ${isRefused} AS is_refused FROM operation_items i JOIN dead_letters d ON d.id = i.dead_letter_id
          WHERE i.operation_id = ${operationId} AND i.topic = ${topic} AND i.state = 'verifying' ORDER BY d.id FOR UPDATE OF d
        ), letters AS (
          UPDATE dead_letters d SET status = CASE WHEN j.is_refused THEN 'open' ELSE 'resolved' END, status_changed_at = now(),
            operation_id = NULL, verify_stage = NULL, verify_until = NULL, changed_seq = ${version}
          FROM judged j WHERE d.id = j.id AND d.operation_id = ${operationId} AND d.status = 'verifying'
        )
        UPDATE operation_items i SET state = 'done', settled_at = now(),
          outcome = CASE WHEN j.is_refused THEN ${failure.not} ELSE 'resolved' END,
          reason = CASE WHEN j.is_refused THEN ${failure.reason} END,
          detail = CASE WHEN j.is_refused THEN ${failure.detail} END
        FROM judged j WHERE i.operation_id = ${operationId} AND i.dead_letter_id = j.id AND i.state = 'verifying'`)
      await bumpVersion(tx, 'operations')
    }),
  )
}
