import { sql } from 'drizzle-orm'
import type { Database } from '../connect.ts'

/** A dead letter as the account counts it: ids and states, no payload. */
export type AccountLetter = {
  messageId: string
  status: string
  stage: string
  editRevision: number
  firstReceivedAt: string | null
}

/** Every dead letter of a topic that is not resolved: open ones and discarded ones are terms of the account. */
export async function listAccountLetters(
  db: Pick<Database, 'execute'>,
  topic: string,
): Promise<AccountLetter[]> {
  const { rows } = await db.execute<AccountLetter & Record<string, unknown>>(sql`
    SELECT message_id AS "messageId", status, stage, edit_revision AS "editRevision",
      to_char(first_received_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS "firstReceivedAt"
    FROM dead_letters WHERE topic = ${topic} AND status <> 'resolved' ORDER BY message_id`)
  return rows
}
