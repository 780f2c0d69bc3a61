import { sql } from 'drizzle-orm'
import { deadLetterId } from '../../messages/dead-letter-id.ts'
import { bumpVersion } from '../bump-version.ts'
import type { Database } from '../connect.ts'
import { repeatOnConflict } from '../repeat-on-conflict.ts'
import { toJsonParameter } from '../to-json-parameter.ts'

type Healed = {
  stage: 'curated' | 'semantic'
  messages: readonly { topic: string; messageId: string }[]
  /** When it was seen to pass: a failure that came later is not healed by it. */
  before: Date
}

/**
 * Resolves messages that a layer had refused and now lets through although nothing was sent again: the contract has
 * changed. Only what failed at that stage, before; what an operation holds is the operation's to settle.
 */
export async function settleHealed(db: Database, { stage, messages, before }: Healed): Promise<number> {
  const ids = toJsonParameter(messages.map((m) => deadLetterId(m.topic, m.messageId)))
  return repeatOnConflict(() =>
    db.transaction(async (tx) => {
      const sequence = await bumpVersion(tx, 'dead_letters')
      const { rowCount } = await tx.execute(sql`
        UPDATE dead_letters SET status = 'resolved', status_changed_at = now(), verify_stage = NULL, verify_until = NULL,
          changed_seq = ${sequence}
        WHERE id IN (SELECT jsonb_array_elements_text(${ids}::jsonb)) AND stage = ${stage} AND head_at <= ${before}
          AND status IN ('open', 'unverified')`)
      return rowCount ?? 0
    }),
  )
}
