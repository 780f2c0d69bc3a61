import { randomUUID } from 'node:crypto'
import { sql } from 'drizzle-orm'
import { type DeadLetterFilter, isEmptyFilter, resolveFilter } from '../../contract/dead-letter-filter.ts'
import type { LetterParameters, OperationActor, OperationKind } from '../../contract/operation.ts'
import { isReplayKind } from '../../contract/operation-facts.ts'
import type { LetterSelection, Plan, PlanPreview, PlanSelection } from '../../contract/plan.ts'
import { AppError } from '../../errors/app-error.ts'
import type { Database } from '../connect.ts'
import type { OwnerScope } from '../dead-letters/filter-to-sql.ts'
import { requireBoundedSearch } from '../dead-letters/require-bounded-search.ts'
import { describeConsequence } from './describe-consequence.ts'
import { findBlockers } from './find-blockers.ts'
import { toPlan } from './get-plan.ts'
import type { OperationAuthority } from './operation-authority.ts'
import { selectionToSql } from './selection-to-sql.ts'

/** How long a preview may be confirmed. */
export const planMinutes = 15

type Request = {
  parameters: LetterParameters
  selection: PlanSelection
  actor: OperationActor
  /** Owners whose rows the caller sees, and those it may act on with this kind. */
  readOwners: OwnerScope
  actOwners: OwnerScope
  unmaskOwners?: OwnerScope
  now: Date
}

/**
 * Stores the preview of a bulk action: exact count, what it consists of, samples, what stands in the way. Nothing else is changed.
 * Throws UNPROCESSABLE for a filter that narrows nothing, or a body search without bounds.
 */
export async function createPlan(db: Database, request: Request): Promise<Plan> {
  const { parameters, actor, now } = request
  const selection = freezeSelection(request.selection, parameters.kind, now)
  const { rows: versionRows } = await db.execute<{ version: string }>(
    sql`SELECT version FROM versions WHERE noun = 'dead_letters'`,
  )
  const asOf = Number(versionRows[0]?.version ?? 0)
  const summary = await summarise(db, selectionToSql(selection, asOf, request.readOwners), request.actOwners)
  const preview: PlanPreview = {
    ...summary.preview,
    consequence: describeConsequence(parameters, summary.count, summary.preview.byTopic),
    blockers: await findBlockers(db, parameters.kind, summary),
  }
  const { readOwners, actOwners, unmaskOwners = [] } = request
  const authority: OperationAuthority = { readOwners, actOwners, unmaskOwners }
  const isChecked = isReplayKind(parameters.kind)
  const { rows } = await db.execute<Parameters<typeof toPlan>[0]>(sql`
    INSERT INTO plans (id, kind, parameters, selection, as_of, count, bytes, preview, check_state, actor, authority, created_at,
      expires_at)
    VALUES (${randomUUID()}, ${parameters.kind}, ${JSON.stringify(parameters)}::jsonb, ${JSON.stringify(selection)}::jsonb, ${asOf},
      ${summary.count}, ${summary.bytes}, ${JSON.stringify(preview)}::jsonb, ${isChecked ? 'pending' : 'not_applicable'},
      ${JSON.stringify(actor)}::jsonb, ${JSON.stringify(authority)}::jsonb, ${now.toISOString()}::timestamptz,
      ${now.toISOString()}::timestamptz + make_interval(mins => ${planMinutes}))
    RETURNING *`)
  if (!rows[0]) throw new AppError('INTERNAL', 'the plan was not stored')
  return toPlan(rows[0])
}

/** Absolute times, and the statuses that the kind can act on when none were asked for: what is stored is what is confirmed. */
function freezeSelection(selection: PlanSelection, kind: OperationKind, now: Date): LetterSelection {
  if (selection.by === 'topics' || selection.by === 'run')
    throw new AppError('UNPROCESSABLE', `${kind} acts on dead letters: select them by ids or a filter.`)
  if (selection.by === 'ids') return selection
  const filter = resolveFilter(selection.filter, now)
  if (isEmptyFilter(filter))
    throw new AppError(
      'UNPROCESSABLE',
      'The filter narrows nothing: name a topic, a group, a time or ids. An empty filter would mean everything.',
    )
  requireBoundedSearch(filter, now)
  const status: DeadLetterFilter['status'] = filter.status ?? statusesOf(kind)
  // Only what a contract refused can be judged by it again.
  const stage: Pick<DeadLetterFilter, 'stage'> =
    kind === 're-evaluate-rejects' && filter.stage === undefined ? { stage: ['semantic'] } : {}
  return { ...selection, filter: { ...filter, ...stage, ...(status === undefined ? {} : { status }) } }
}

function statusesOf(kind: OperationKind): DeadLetterFilter['status'] {
  if (kind === 'export') return undefined
  return kind === 'restore' ? ['discarded'] : ['open', 'unverified']
}

export type SelectionSummary = {
  count: number
  bytes: number
  refused: { owner: string; count: number }[]
  unknownOrigin: number
  missingBody: number
  semantic: number
  inOtherOperation: number
  topics: string[]
  preview: Omit<PlanPreview, 'consequence' | 'blockers'>
}

async function summarise(
  db: Database,
  condition: ReturnType<typeof sql>,
  actOwners: OwnerScope,
): Promise<SelectionSummary> {
  const mayAct = actOwners === '*' ? sql`true` : sql`d.owner = ANY (${sql.param([...actOwners])}::text[])`
  const { rows } = await db.execute<{ summary: Summary }>(sql`
    WITH seen AS MATERIALIZED (
      SELECT d.id, d.topic, d.owner, d.fingerprint, d.status, d.stage, d.size_bytes, d.last_failed_at, d.origin_arn, ${mayAct} AS may_act
      FROM dead_letters d WHERE ${condition}
    ), chosen AS (SELECT * FROM seen WHERE may_act)
    SELECT jsonb_build_object(
      'count', (SELECT count(*) FROM chosen), 'bytes', (SELECT coalesce(sum(size_bytes), 0) FROM chosen),
      'oldest', (SELECT min(last_failed_at) FROM chosen), 'newest', (SELECT max(last_failed_at) FROM chosen),
      'unknownOrigin', (SELECT count(*) FROM chosen WHERE origin_arn IS NULL),
      'semantic', (SELECT count(*) FROM chosen WHERE stage = 'semantic'),
      'missingBody', (SELECT count(*) FROM chosen c JOIN dead_letter_bodies b ON b.dead_letter_id = c.id AND b.kind = 'missing'),
      'inOtherOperation', (SELECT count(*) FROM chosen c JOIN operation_items i ON i.dead_letter_id = c.id AND i.outcome IS NULL),
      'refused', (SELECT coalesce(jsonb_agg(jsonb_build_object('owner', owner, 'count', n) ORDER BY owner), '[]')
        FROM (SELECT owner, count(*) AS n FROM seen WHERE NOT may_act GROUP BY owner) AS r),
      'byTopic', (SELECT coalesce(jsonb_agg(jsonb_build_object('topic', topic, 'count', n) ORDER BY n DESC, topic), '[]')
        FROM (SELECT topic, count(*) AS n FROM chosen GROUP BY topic) AS t),
      'byStatus', (SELECT coalesce(jsonb_agg(jsonb_build_object('status', status, 'count', n) ORDER BY n DESC), '[]')
        FROM (SELECT status, count(*) AS n FROM chosen GROUP BY status) AS s),
      'byGroup', (SELECT coalesce(jsonb_agg(jsonb_build_object('fingerprint', fingerprint, 'title', title, 'count', n) ORDER BY n DESC), '[]')
        FROM (SELECT c.fingerprint, coalesce(min(g.title), c.fingerprint) AS title, count(*) AS n FROM chosen c
          LEFT JOIN error_groups g USING (fingerprint) GROUP BY c.fingerprint ORDER BY count(*) DESC LIMIT 50) AS g),
      'sampleIds', (SELECT coalesce(jsonb_agg(id), '[]') FROM (SELECT id FROM (
        SELECT DISTINCT ON (fingerprint) id, last_failed_at FROM chosen ORDER BY fingerprint, last_failed_at DESC) AS one
        ORDER BY last_failed_at DESC LIMIT 3) AS s)) AS summary`)
  const s = rows[0]?.summary
  if (!s) throw new AppError('INTERNAL', 'the selection could not be counted')
  return {
    ...s,
    topics: s.byTopic.map((t) => t.topic),
    preview: {
      byTopic: s.byTopic,
      byGroup: s.byGroup,
      byStatus: s.byStatus,
      oldest: s.oldest === null ? null : new Date(s.oldest).toISOString(),
      newest: s.newest === null ? null : new Date(s.newest).toISOString(),
      sampleIds: s.sampleIds,
    },
  }
}

type Summary = Omit<SelectionSummary, 'topics' | 'preview'> & Omit<PlanPreview, 'consequence' | 'blockers'>
