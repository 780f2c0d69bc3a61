import { sql } from 'drizzle-orm'
import type {
  OperationActor,
  OperationKind,
  OperationParameters,
  RunSettings,
} from '../../contract/operation.ts'
import type { PlanSelection } from '../../contract/plan.ts'
import { bumpVersion } from '../bump-version.ts'
import type { Database } from '../connect.ts'
import { repeatOnConflict } from '../repeat-on-conflict.ts'
import type { OperationAuthority } from './operation-authority.ts'

/** An operation in the hands of one worker. Every later write names `token`; a worker that lost the lease writes nothing. */
export type LeasedOperation = {
  id: string
  kind: OperationKind
  parameters: OperationParameters
  selection: PlanSelection
  asOf: number
  settings: RunSettings
  actor: OperationActor
  authority: OperationAuthority
  reason: string
  token: number
}

/**
 * Takes the lease of a live operation for `leaseSeconds`, or returns undefined when another worker holds it, it is paused,
 * its start is still to come, or it has ended. The fencing token grows with every take-over.
 */
export async function leaseOperation(
  db: Database,
  request: { operationId: string; owner: string; leaseSeconds: number },
): Promise<LeasedOperation | undefined> {
  return repeatOnConflict(() =>
    db.transaction(async (tx) => {
      const { rows } = await tx.execute<Row>(sql`
      UPDATE operations SET
        fencing_token = fencing_token + 1, lease_owner = ${request.owner}, heartbeat_at = now(),
        lease_until = now() + make_interval(secs => ${request.leaseSeconds}),
        started_at = coalesce(started_at, now()),
        state = CASE WHEN state IN ('queued', 'stalled', 'waiting') THEN 'running' ELSE state END,
        cause = CASE WHEN state IN ('queued', 'stalled') THEN NULL ELSE cause END
      WHERE id = ${request.operationId} AND finished_at IS NULL AND state <> 'paused'
        AND start_after <= now() AND (lease_until IS NULL OR lease_until <= now())
      RETURNING id, kind, parameters, selection, as_of, rate, canary_size, return_rate_max, actor, authority, reason, fencing_token`)
      const row = rows[0]
      if (!row) return undefined
      await bumpVersion(tx, 'operations')
      return {
        id: row.id,
        kind: row.kind,
        parameters: row.parameters,
        selection: row.selection,
        asOf: Number(row.as_of),
        settings: {
          rate: row.rate,
          canarySize: row.canary_size,
          returnRateMax: row.return_rate_max,
          startDelaySeconds: 0,
        },
        actor: row.actor,
        authority: row.authority,
        reason: row.reason,
        token: Number(row.fencing_token),
      }
    }),
  )
}

type Row = {
  id: string
  kind: OperationKind
  parameters: OperationParameters
  selection: PlanSelection
  as_of: string
  rate: number
  canary_size: number
  return_rate_max: number
  actor: OperationActor
  authority: OperationAuthority
  reason: string
  fencing_token: string
}
