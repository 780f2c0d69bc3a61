import { sql } from 'drizzle-orm'
import type { OperationActor, OperationState } from '../../contract/operation.ts'
import { type OperationAction, operationStateFacts } from '../../contract/operation-facts.ts'
import { AppError } from '../../errors/app-error.ts'
import { recordAudit } from '../audit/record-audit.ts'
import { bumpVersion } from '../bump-version.ts'
import type { Database } from '../connect.ts'

export type OperationChange =
  | { action: Extract<OperationAction, 'pause' | 'resume' | 'cancel'> }
  | { action: Extract<OperationAction, 'set_rate'>; rate: number }

type Request = {
  operationId: string
  change: OperationChange
  /** The version the person saw. */
  ifVersion: number
  actor: OperationActor
  requestId?: string
  sessionId?: string
}

/**
 * Pause, resume, cancel or change the rate, with its audit row. Returns the new version. Throws NOT_FOUND; PRECONDITION_FAILED when somebody
 * changed it since (context: who, what, when, the current version); CONFLICT when its state does not allow the action.
 */
export async function changeOperation(db: Database, request: Request): Promise<number> {
  const { operationId, change, actor } = request
  return db.transaction(async (tx) => {
    const { rows } = await tx.execute<Row>(sql`
      SELECT state, kind, version, changed_at, changed_by, changed_action FROM operations WHERE id = ${operationId} FOR UPDATE`)
    const row = rows[0]
    if (!row) throw new AppError('NOT_FOUND', 'there is no such operation', { context: { operationId } })
    if (row.version !== request.ifVersion) throw changedMeanwhile(row)
    if (!operationStateFacts[row.state].actions.includes(change.action))
      throw notNow(row.state, change.action)
    const { rows: updated } = await tx.execute<{ version: number }>(sql`
      UPDATE operations SET ${assignments(change)}, version = version + 1, changed_at = now(),
        changed_by = ${JSON.stringify(actor)}::jsonb, changed_action = ${change.action}
      WHERE id = ${operationId} RETURNING version`)
    await bumpVersion(tx, 'operations')
    await recordAudit(tx, {
      actor,
      action: `operation.${change.action}`,
      target: { kind: 'operation', id: operationId },
      operationId,
      ...(request.requestId === undefined ? {} : { requestId: request.requestId }),
      ...(request.sessionId === undefined ? {} : { sessionId: request.sessionId }),
      details: change.action === 'set_rate' ? { rate: change.rate } : {},
    })
    return updated[0]?.version ?? row.version
  })
}

type Row = {
  state: OperationState
  kind: string
  version: number
  changed_at: Date | null
  changed_by: OperationActor | null
  changed_action: string | null
}

function assignments(change: OperationChange) {
  switch (change.action) {
    case 'pause':
      return sql`state = 'paused', cause = 'person', note = NULL`
    case 'resume':
      return sql`state = 'queued', cause = NULL, note = NULL, start_after = now()`
    case 'cancel':
      return sql`state = 'cancelling', cause = 'person', note = NULL, start_after = least(start_after, now())`
    case 'set_rate':
      return sql`rate = ${change.rate}`
  }
}

const changedMeanwhile = (row: Row): AppError =>
  new AppError('PRECONDITION_FAILED', 'somebody changed this operation since you loaded it', {
    context: {
      current: { state: row.state, changedAction: row.changed_action },
      version: row.version,
      changedBy: row.changed_by?.name ?? null,
      changedAt: row.changed_at === null ? null : new Date(row.changed_at).toISOString(),
    },
  })

const notNow = (state: OperationState, action: OperationAction): AppError =>
  new AppError(
    'CONFLICT',
    `an operation that is ${operationStateFacts[state].word.toLowerCase()} cannot take "${action}"`,
    {
      context: { state, allowed: operationStateFacts[state].actions },
    },
  )
