import { sql } from 'drizzle-orm'
import type { ItemOutcome, ItemReason } from '../../contract/operation.ts'
import type { OperationItemView } from '../../contract/operation-view.ts'
import type { Database } from '../connect.ts'
import { isoOrNull } from '../iso-or-null.ts'

type Request = {
  operationId: string
  /** An outcome, or a state of items that have none yet. */
  word?: ItemOutcome | 'pending' | 'sending' | 'verifying'
  after?: { sequence: number; id: string }
  limit: number
  topics: '*' | readonly string[]
}

/** Items in order of sending, with the cursor of each. */
export async function listOperationItems(
  db: Database,
  request: Request,
): Promise<(OperationItemView & { sequence: number })[]> {
  const { operationId, word, after, limit, topics } = request
  const isState = word === 'pending' || word === 'sending' || word === 'verifying'
  const { rows } = await db.execute<Row>(sql`
    SELECT dead_letter_id, topic, sequence, state, outcome, reason, detail, attempt, sends, sent_at, settled_at FROM operation_items
    WHERE operation_id = ${operationId}
      ${word === undefined ? sql`` : isState ? sql`AND state = ${word}` : sql`AND outcome = ${word}`}
      ${topics === '*' ? sql`` : sql`AND topic = ANY (${sql.param([...topics])}::text[])`}
      ${after ? sql`AND (sequence, dead_letter_id) > (${after.sequence}, ${after.id})` : sql``}
    ORDER BY sequence, dead_letter_id LIMIT ${limit}`)
  return rows.map((r) => ({
    deadLetterId: r.dead_letter_id,
    topic: r.topic,
    sequence: Number(r.sequence),
    state: r.state,
    outcome: r.outcome,
    reason: r.reason,
    detail: r.detail,
    attempt: r.attempt,
    sends: r.sends,
    sentAt: isoOrNull(r.sent_at),
    settledAt: isoOrNull(r.settled_at),
  }))
}

type Row = {
  dead_letter_id: string
  topic: string
  sequence: string
  state: OperationItemView['state']
  outcome: ItemOutcome | null
  reason: ItemReason | null
  detail: string | null
  attempt: number | null
  sends: number
  sent_at: Date | null
  settled_at: Date | null
}
