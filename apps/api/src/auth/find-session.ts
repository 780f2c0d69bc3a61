import type { Database } from '@lean-ops/common/control-plane/connect'
import { sessions } from '@lean-ops/common/control-plane/schema/sessions'
import { and, eq, gt, isNull } from 'drizzle-orm'
import type { Actor } from '../app-env.ts'
import type { AuthDeps } from './auth-deps.ts'
import { expireSession } from './expire-session.ts'
import { hashSecret } from './hash-secret.ts'
import { refreshSession } from './refresh-session.ts'

export type Session = typeof sessions.$inferSelect

/** A session that is read every few seconds is written once a minute. */
const touchMs = 60_000
/** Tokens are renewed a little before their end, so that no request meets it. */
const renewMs = 30_000

/** The person behind a session cookie, or undefined when there is no such session or it is over. Keeps the session alive. */
export async function findSession(deps: AuthDeps, cookie: string): Promise<Actor | undefined> {
  const idHash = hashSecret(cookie)
  const now = deps.now()
  let session = await readLive(deps.db, idHash, now)
  if (session === undefined) {
    await expireSession(deps, idHash, now)
    return undefined
  }
  if (session.tokensExpireAt !== null && session.tokensExpireAt.getTime() - renewMs <= now.getTime())
    session = await refreshSession(deps, session)
  if (session === undefined) return undefined
  if (now.getTime() - session.lastSeenAt.getTime() >= touchMs)
    await deps.db
      .update(sessions)
      .set({
        lastSeenAt: now,
        idleExpiresAt: new Date(now.getTime() + deps.config.SESSION_IDLE_MINUTES * 60_000),
      })
      .where(eq(sessions.idHash, idHash))
  return {
    kind: 'user',
    id: session.subject,
    name: session.profile.name,
    email: session.profile.email,
    grants: session.profile.grants,
    sessionId: session.publicId,
  }
}

async function readLive(
  db: Pick<Database, 'select'>,
  idHash: string,
  now: Date,
): Promise<Session | undefined> {
  const [session] = await db
    .select()
    .from(sessions)
    .where(
      and(
        eq(sessions.idHash, idHash),
        isNull(sessions.revokedAt),
        gt(sessions.expiresAt, now),
        gt(sessions.idleExpiresAt, now),
      ),
    )
  return session
}
