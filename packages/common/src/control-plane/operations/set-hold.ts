import { sql } from 'drizzle-orm'
import type { OperationActor } from '../../contract/operation.ts'
import { AppError } from '../../errors/app-error.ts'
import { recordAudit } from '../audit/record-audit.ts'
import { bumpVersion } from '../bump-version.ts'
import type { Database } from '../connect.ts'
import { isoOrNull } from '../iso-or-null.ts'

export type Hold = {
  isHeld: boolean
  reason: string | null
  heldBy: string | null
  heldAt: string | null
  until: string | null
  version: number
}

/** The one row of "hold all operations"; a hold whose end has passed reads as lifted. */
export async function getHold(db: Database): Promise<Hold> {
  const { rows } = await db.execute<Row>(sql`
    SELECT is_held AND (until IS NULL OR until > now()) AS is_held, reason, held_by, held_at, until, version FROM hold`)
  return toHold(rows[0])
}

type Change = {
  isHeld: boolean
  reason: string
  until: Date | null
  ifVersion: number
  actor: OperationActor
  requestId?: string
}

/** Holds every operation, or lifts the hold; obeyed before the next batch. Throws PRECONDITION_FAILED on a stale version. */
export async function setHold(db: Database, change: Change): Promise<Hold> {
  return db.transaction(async (tx) => {
    const { rows } = await tx.execute<Row>(sql`
      UPDATE hold SET is_held = ${change.isHeld}, reason = ${change.reason}, held_by = ${change.actor.name}, held_at = now(),
        until = ${change.until?.toISOString() ?? null}::timestamptz, version = version + 1
      WHERE version = ${change.ifVersion}
      RETURNING is_held, reason, held_by, held_at, until, version`)
    if (rows.length === 0) {
      const current = await getHold(tx)
      throw new AppError(
        'PRECONDITION_FAILED',
        `${current.heldBy ?? 'somebody'} changed the hold since you loaded it`,
        { context: current },
      )
    }
    await recordAudit(tx, {
      actor: change.actor,
      action: change.isHeld ? 'hold.set' : 'hold.lift',
      target: { kind: 'hold', id: 'operations' },
      reason: change.reason,
      details: { until: change.until?.toISOString() ?? null },
      ...(change.requestId === undefined ? {} : { requestId: change.requestId }),
    })
    await bumpVersion(tx, 'settings')
    await bumpVersion(tx, 'operations')
    return toHold(rows[0])
  })
}

type Row = {
  is_held: boolean
  reason: string | null
  held_by: string | null
  held_at: Date | null
  until: Date | null
  version: number
}

const toHold = (row: Row | undefined): Hold => ({
  isHeld: row?.is_held ?? false,
  reason: row?.reason ?? null,
  heldBy: row?.held_by ?? null,
  heldAt: isoOrNull(row?.held_at),
  until: isoOrNull(row?.until),
  version: row?.version ?? 1,
})
