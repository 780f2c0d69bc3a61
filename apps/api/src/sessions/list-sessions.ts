import type { Session } from '@lean-ops/common/contract/me'
import type { Database } from '@lean-ops/common/control-plane/connect'
import { sessions } from '@lean-ops/common/control-plane/schema/sessions'
import { and, desc, eq, gt, isNull } from 'drizzle-orm'

const rowsMax = 500

/** Live sessions of one person, or of everybody, newest first. */
export async function listSessions(
  db: Pick<Database, 'select'>,
  of: { subject?: string; currentId: string | null; now: Date },
): Promise<Session[]> {
  const rows = await db
    .select()
    .from(sessions)
    .where(
      and(
        isNull(sessions.revokedAt),
        gt(sessions.expiresAt, of.now),
        gt(sessions.idleExpiresAt, of.now),
        of.subject === undefined ? undefined : eq(sessions.subject, of.subject),
      ),
    )
    .orderBy(desc(sessions.createdAt))
    .limit(rowsMax)
  return rows.map((row) => ({
    id: row.publicId,
    subject: row.subject,
    name: row.profile.name,
    email: row.profile.email,
    userAgent: row.client.userAgent ?? null,
    createdAt: row.createdAt.toISOString(),
    lastSeenAt: row.lastSeenAt.toISOString(),
    idleExpiresAt: row.idleExpiresAt.toISOString(),
    expiresAt: row.expiresAt.toISOString(),
    isCurrent: row.publicId === of.currentId,
  }))
}
