import type { MaskingState } from '@lean-ops/common/contract/dead-letter-requests'
import { isAllowed } from '@lean-ops/common/contract/permissions'
import type { Database } from '@lean-ops/common/control-plane/connect'
import { unmaskGrants } from '@lean-ops/common/control-plane/schema/unmask-grants'
import { and, eq, gt } from 'drizzle-orm'
import type { Actor } from '../app-env.ts'

/** Whether this person sees this message in clear text now. A right that was taken away ends a running unmask at once. */
export async function readMasking(
  db: Pick<Database, 'select'>,
  actor: Actor,
  letter: { id: string; owner: string },
  now: Date,
): Promise<MaskingState> {
  const mayUnmask = isAllowed(actor.grants, 'payload:unmask', letter.owner)
  if (!mayUnmask) return { isMasked: true, unmaskedUntil: null, mayUnmask }
  const [grant] = await db
    .select()
    .from(unmaskGrants)
    .where(
      and(
        eq(unmaskGrants.actor, actor.id),
        eq(unmaskGrants.deadLetterId, letter.id),
        gt(unmaskGrants.expiresAt, now),
      ),
    )
  return { isMasked: grant === undefined, unmaskedUntil: grant?.expiresAt.toISOString() ?? null, mayUnmask }
}
