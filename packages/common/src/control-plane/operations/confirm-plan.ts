import { randomUUID } from 'node:crypto'
import { sql } from 'drizzle-orm'
import type { OperationActor, RunSettings } from '../../contract/operation.ts'
import { isJobKind } from '../../contract/operation-facts.ts'
import { AppError } from '../../errors/app-error.ts'
import { recordAudit } from '../audit/record-audit.ts'
import { bumpVersion } from '../bump-version.ts'
import type { Database } from '../connect.ts'
import type { OwnerScope } from '../dead-letters/filter-to-sql.ts'
import { repeatOnConflict } from '../repeat-on-conflict.ts'
import type { PlanRow } from './get-plan.ts'
import { insertJobItems } from './insert-job-items.ts'
import { findJobTargets } from './job-targets.ts'
import type { OperationAuthority } from './operation-authority.ts'
import { requireLetters, selectionToSql } from './selection-to-sql.ts'

type Request = {
  planId: string
  reason: string
  settings: RunSettings
  actor: OperationActor
  readOwners: OwnerScope
  actOwners: OwnerScope
  /** Owners whose payloads an export shows in clear text; nobody's when omitted. */
  unmaskOwners?: OwnerScope
  now: Date
  parentId?: string
  requestId?: string
  sessionId?: string
}

/**
 * Turns a plan into an operation whose items are exactly what was shown, in one transaction: every row of the plan becomes an item, those in
 * another live operation as skipped. Confirming twice returns the same operation. Throws NOT_FOUND; CONFLICT when the plan has expired, is
 * blocked, or its count is no longer the one shown (context: planned, now).
 */
export async function confirmPlan(db: Database, request: Request): Promise<string> {
  return repeatOnConflict(() => db.transaction((tx) => confirm(tx, request)))
}

async function confirm(tx: Database, request: Request): Promise<string> {
  const { rows } = await tx.execute<PlanRow>(sql`
    SELECT * FROM plans WHERE id = ${request.planId} AND actor ->> 'id' = ${request.actor.id} FOR UPDATE`)
  const plan = rows[0]
  if (!plan)
    throw new AppError('NOT_FOUND', 'there is no such plan of yours', { context: { planId: request.planId } })
  if (plan.operation_id !== null) return plan.operation_id
  refuseUnfit(plan, request.now)
  const operationId = randomUUID()
  await insertOperation(tx, operationId, plan, request)
  const total = await takeItems(tx, operationId, plan, request)
  if (total !== plan.count)
    throw new AppError(
      'CONFLICT',
      `The selection has changed: it was ${plan.count} when you looked, it is ${total} now. Look again before you confirm.`,
      {
        context: { reason: 'COUNT_CHANGED', planned: plan.count, now: total },
      },
    )
  if (plan.kind === 'export')
    await tx.execute(
      sql`UPDATE operations SET total = ${total}, pending = ${total} WHERE id = ${operationId}`,
    )
  await tx.execute(sql`UPDATE plans SET operation_id = ${operationId} WHERE id = ${plan.id}`)
  await bumpVersion(tx, 'operations')
  await recordAudit(tx, {
    actor: request.actor,
    action: `${plan.kind}.create`,
    target: { kind: 'operation', id: operationId },
    operationId,
    reason: request.reason,
    details: {
      count: total,
      selection: plan.selection,
      settings: request.settings,
      ...(plan.kind === 'export' ? { clearTextOf: request.unmaskOwners ?? [] } : {}),
      ...(request.parentId === undefined ? {} : { parentId: request.parentId }),
    },
    ...(request.requestId === undefined ? {} : { requestId: request.requestId }),
    ...(request.sessionId === undefined ? {} : { sessionId: request.sessionId }),
  })
  return operationId
}

function refuseUnfit(plan: PlanRow, now: Date): void {
  if (new Date(plan.expires_at).getTime() <= now.getTime())
    throw new AppError('CONFLICT', 'This preview is older than 15 minutes: look again before you confirm.', {
      context: { reason: 'PLAN_EXPIRED' },
    })
  const blocking = plan.preview.blockers.filter((b) => b.blocking)
  if (blocking.length > 0)
    throw new AppError('CONFLICT', blocking.map((b) => b.message).join(' '), {
      context: { reason: 'PLAN_BLOCKED', blockers: blocking },
    })
}

async function insertOperation(tx: Database, id: string, plan: PlanRow, request: Request): Promise<void> {
  const { settings, readOwners, actOwners, unmaskOwners = [] } = request
  const authority: OperationAuthority = { readOwners, actOwners, unmaskOwners }
  await tx.execute(sql`
    INSERT INTO operations (id, plan_id, parent_id, kind, title, topics, state, stage, parameters, selection, as_of, rate, canary_size,
      return_rate_max, start_after, reason, actor, authority, cause)
    VALUES (${id}, ${plan.id}, ${request.parentId ?? null}, ${plan.kind},
      ${plan.preview.consequence},
      ${sql.param(plan.preview.byTopic.map((t) => t.topic))}::text[], 'queued', ${settings.canarySize > 0 ? 'canary' : 'full'},
      ${JSON.stringify(plan.parameters)}::jsonb, ${JSON.stringify(plan.selection)}::jsonb, ${plan.as_of}, ${settings.rate},
      ${settings.canarySize}, ${settings.returnRateMax}, now() + make_interval(secs => ${settings.startDelaySeconds}),
      ${request.reason}, ${JSON.stringify(request.actor)}::jsonb, ${JSON.stringify(authority)}::jsonb,
      ${settings.startDelaySeconds > 0 ? 'start_delay' : null})`)
}

async function takeItems(
  tx: Database,
  operationId: string,
  plan: PlanRow,
  request: Request,
): Promise<number> {
  const { kind, selection } = plan
  if (isJobKind(kind)) {
    const { readOwners, actOwners } = request
    const { targets } = await findJobTargets(tx, { kind, selection, readOwners, actOwners })
    return insertJobItems(tx, operationId, targets)
  }
  return kind === 'export' ? countRows(tx, plan, request) : insertItems(tx, operationId, plan, request)
}

const conditionOf = (plan: PlanRow, request: Request) => {
  const selected = selectionToSql(requireLetters(plan.selection), Number(plan.as_of), request.readOwners)
  if (request.actOwners === '*') return selected
  return sql`${selected} AND d.owner = ANY (${sql.param([...request.actOwners])}::text[])`
}

async function countRows(tx: Database, plan: PlanRow, request: Request): Promise<number> {
  const { rows } = await tx.execute<{ n: number }>(
    sql`SELECT count(*)::int AS n FROM dead_letters d WHERE ${conditionOf(plan, request)}`,
  )
  return rows[0]?.n ?? 0
}

/** Free rows first; the unique index on live items turns away those that another operation holds, and they follow as skipped. */
async function insertItems(
  tx: Database,
  operationId: string,
  plan: PlanRow,
  request: Request,
): Promise<number> {
  const condition = conditionOf(plan, request)
  const free = await tx.execute(sql`
    INSERT INTO operation_items (operation_id, dead_letter_id, topic, sequence, state)
    SELECT ${operationId}, d.id, d.topic, d.index_seq, 'pending' FROM dead_letters d WHERE ${condition} ORDER BY d.topic, d.index_seq, d.id
    ON CONFLICT (dead_letter_id) WHERE outcome IS NULL DO NOTHING`)
  const taken = await tx.execute(sql`
    INSERT INTO operation_items (operation_id, dead_letter_id, topic, sequence, state, outcome, reason, detail, settled_at)
    SELECT ${operationId}, d.id, d.topic, d.index_seq, 'done', 'skipped', 'in_other_operation', o.operation_id::text, now()
    FROM dead_letters d JOIN operation_items o ON o.dead_letter_id = d.id AND o.outcome IS NULL AND o.operation_id <> ${operationId}
    WHERE ${condition}
    ON CONFLICT DO NOTHING`)
  return (free.rowCount ?? 0) + (taken.rowCount ?? 0)
}
