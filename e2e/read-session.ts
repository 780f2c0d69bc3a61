import { createHash } from 'node:crypto'
import type { BrowserContext } from '@playwright/test'
import { connectDatabase } from '../packages/common/src/control-plane/connect.ts'
import type { TestCloud } from '../packages/local-cloud/src/testing/local-cloud.ts'

/** Runs a statement on the control plane as its owner. */
export async function onControlPlane(cloud: TestCloud, sql: string, values: unknown[] = []): Promise<void> {
  const { pool, close } = await connectDatabase({ DATABASE_URL: cloud.databaseUrl })
  try {
    await pool.query(sql, values)
  } finally {
    await close()
  }
}

/** How the control plane knows the session of this browser: by the hash of its cookie. */
export async function sessionHash(context: BrowserContext): Promise<string> {
  const cookies = await context.cookies()
  const hashes = cookies.map(({ value }) => createHash('sha256').update(value).digest('hex'))
  const hash = hashes[cookies.findIndex(({ name }) => name === 'lean-ops-session')]
  if (hash === undefined) throw new Error(`no session among ${cookies.map((c) => c.name).join(', ')}`)
  return hash
}

/** Gives the person of this browser a role for the topics of some owners only, as a token's claims would. */
export async function scopeSession(
  context: BrowserContext,
  cloud: TestCloud,
  grants: readonly { role: string; owners: readonly string[] | '*' }[],
): Promise<void> {
  await onControlPlane(
    cloud,
    `UPDATE sessions SET profile = jsonb_set(profile, '{grants}', $2::jsonb) WHERE id_hash = $1`,
    [await sessionHash(context), JSON.stringify(grants)],
  )
}

/** Ends the session as an hour of silence would: the browser keeps its cookie, the server no longer knows it. */
export async function expireSession(context: BrowserContext, cloud: TestCloud): Promise<void> {
  await onControlPlane(
    cloud,
    `UPDATE sessions SET idle_expires_at = now() - interval '1 second' WHERE id_hash = $1`,
    [await sessionHash(context)],
  )
}
