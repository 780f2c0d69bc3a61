import { sql } from 'drizzle-orm'
import type { OperationKind } from '../../contract/operation.ts'
import { isReplayKind } from '../../contract/operation-facts.ts'
import type { PlanBlocker } from '../../contract/plan.ts'
import type { Database } from '../connect.ts'
import type { SelectionSummary } from './create-plan.ts'

/** Rows that one operation may hold: confirming writes an item for each in one transaction. */
export const operationItemsMax = 500_000

/** What stands in the way of a plan, or deserves a look before it is confirmed. */
export async function findBlockers(
  db: Database,
  kind: OperationKind,
  summary: SelectionSummary,
): Promise<PlanBlocker[]> {
  const blockers: PlanBlocker[] = []
  const add = (code: PlanBlocker['code'], blocking: boolean, count: number, message: string) =>
    blockers.push({ code, blocking, count, message })
  const n = (count: number) => count.toLocaleString('en-US')

  if (summary.count === 0)
    add('nothing_selected', true, 0, 'Nothing that you may act on matches this selection.')
  if (kind !== 'export' && summary.count > operationItemsMax)
    add(
      'too_many',
      true,
      summary.count,
      `One operation takes at most ${n(operationItemsMax)} messages: narrow the filter and run it in parts.`,
    )
  for (const r of summary.refused)
    add(
      'owner_refused',
      false,
      r.count,
      `${n(r.count)} messages belong to ${r.owner}, for whose topics you have no permission: they are left out.`,
    )
  if (kind !== 'export' && summary.inOtherOperation > 0)
    add(
      'in_other_operation',
      false,
      summary.inOtherOperation,
      `${n(summary.inOtherOperation)} messages are in another live operation and will be skipped.`,
    )
  if (kind === 're-evaluate-rejects' && summary.semantic < summary.count)
    add(
      'not_rejected',
      true,
      summary.count - summary.semantic,
      `${n(summary.count - summary.semantic)} messages never reached a contract: replay them instead.`,
    )
  if (!isReplayKind(kind)) return blockers

  if (summary.unknownOrigin > 0)
    add(
      'origin_unknown',
      false,
      summary.unknownOrigin,
      `${n(summary.unknownOrigin)} messages have no recorded origin and will be skipped: replays go to the recorded origin only.`,
    )
  if (summary.missingBody > 0)
    add(
      'body_missing',
      false,
      summary.missingBody,
      `${n(summary.missingBody)} messages have no stored body and will be skipped.`,
    )
  if (kind === 'replay' && summary.semantic > 0)
    add(
      'unchanged_semantic_replay',
      summary.semantic === summary.count,
      summary.semantic,
      `${n(summary.semantic)} messages were rejected by their contract: sent again unchanged they are duplicates. Edit them, or re-evaluate the rejects.`,
    )
  const { rows } = await db.execute<{ topic: string; cause: string; is_held: boolean }>(sql`
    SELECT t.topic, t.cause, false AS is_held FROM blocked_topics t WHERE t.topic = ANY (${sql.param(summary.topics)}::text[])
    UNION ALL SELECT '', '', true FROM hold WHERE is_held AND (until IS NULL OR until > now())`)
  for (const row of rows) {
    if (row.is_held)
      add('held', false, summary.count, 'All operations are held: it will wait until the hold is lifted.')
    else if (row.cause === 'topic_paused')
      add('topic_paused', false, 0, `${row.topic} is paused: its messages will wait.`)
    else
      add(
        'breaker_open',
        false,
        0,
        `The breaker of ${row.topic} is open: its messages will wait until it closes.`,
      )
  }
  return blockers
}
