import { sql } from 'drizzle-orm'
import type {
  OperationActor,
  OperationCause,
  OperationCounts,
  OperationKind,
  OperationParameters,
  OperationStage,
  OperationState,
} from '../../contract/operation.ts'
import type { OperationView } from '../../contract/operation-view.ts'
import type { PlanSelection } from '../../contract/plan.ts'
import { isoOrNull } from '../iso-or-null.ts'
import { operationCounts } from './read-step-facts.ts'

export const operationColumns =
  sql.raw(`id, plan_id, parent_id, kind, title, topics, state, stage, cause, note, parameters, selection,
  total, pending, sending, verifying, resolved, returned, unverified, skipped, failed, cancelled, resent, rate, canary_size,
  return_rate_max, start_after, reason, actor, heartbeat_at, lease_until, result, created_at, started_at, finished_at, version,
  changed_at, changed_by, changed_action`)

export type OperationRow = OperationCounts & {
  id: string
  plan_id: string
  parent_id: string | null
  kind: OperationKind
  title: string
  topics: string[]
  state: OperationState
  stage: OperationStage
  cause: OperationCause | null
  note: string | null
  parameters: OperationParameters
  selection: PlanSelection
  rate: number
  canary_size: number
  return_rate_max: number
  start_after: Date
  reason: string
  actor: OperationActor
  heartbeat_at: Date | null
  result: { bucket: string; key: string; bytes: number; rows: number } | null
  created_at: Date
  started_at: Date | null
  finished_at: Date | null
  version: number
  changed_at: Date | null
  changed_by: OperationActor | null
  changed_action: string | null
}

/** Row → what the API shows. The place of an export in the archive stays on the server. */
export const toOperationView = (row: OperationRow): OperationView => ({
  id: row.id,
  planId: row.plan_id,
  parentId: row.parent_id,
  kind: row.kind,
  title: row.title,
  topics: row.topics,
  state: row.state,
  stage: row.stage,
  cause: row.cause,
  note: row.note,
  parameters: row.parameters,
  selection: row.selection,
  counts: operationCounts(row),
  rate: row.rate,
  canarySize: row.canary_size,
  returnRateMax: row.return_rate_max,
  startAfter: new Date(row.start_after).toISOString(),
  reason: row.reason,
  actor: row.actor,
  heartbeatAt: isoOrNull(row.heartbeat_at),
  result: row.result && { bytes: row.result.bytes, rows: row.result.rows },
  createdAt: new Date(row.created_at).toISOString(),
  startedAt: isoOrNull(row.started_at),
  finishedAt: isoOrNull(row.finished_at),
  version: row.version,
  changed: row.changed_by && {
    by: row.changed_by.name,
    at: isoOrNull(row.changed_at) ?? new Date(row.created_at).toISOString(),
    action: row.changed_action ?? '',
  },
})
