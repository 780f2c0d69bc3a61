import { type Setting, type SettingKey, settingSchemas } from '@lean-ops/common/contract/settings'
import { recordAudit } from '@lean-ops/common/control-plane/audit/record-audit'
import { bumpVersion } from '@lean-ops/common/control-plane/bump-version'
import type { Database } from '@lean-ops/common/control-plane/connect'
import { settings } from '@lean-ops/common/control-plane/schema/settings'
import { AppError } from '@lean-ops/common/errors/app-error'
import { eq, sql } from 'drizzle-orm'
import type { Actor } from '../app-env.ts'
import { staleVersion } from '../http/version-tag.ts'
import { listSettings } from './list-settings.ts'

type Change = { key: SettingKey; value: unknown; ifVersion: number; now: Date; requestId: string }

/** Sets one value. Throws UNPROCESSABLE for a value outside its limits, PRECONDITION_FAILED on a stale version. */
export async function changeSetting(db: Database, actor: Actor, change: Change): Promise<Setting> {
  const { key, ifVersion, now } = change
  const parsed = settingSchemas[key].safeParse(change.value)
  if (!parsed.success)
    throw new AppError('UNPROCESSABLE', `${key}: ${parsed.error.issues[0]?.message ?? 'not allowed'}`)
  return db.transaction(async (tx) => {
    // Two first changes at once would both find no row to lock.
    await tx.execute(sql`SELECT pg_advisory_xact_lock(hashtext(${`setting ${key}`}))`)
    const current = (await listSettings(tx)).find((setting) => setting.key === key)
    if (current === undefined) throw new AppError('NOT_FOUND', `There is no setting ${key}.`)
    if (current.version !== ifVersion)
      throw staleVersion({
        current,
        version: current.version,
        changedBy: current.updatedBy,
        changedAt: current.updatedAt,
      })
    const value = { value: sql`${JSON.stringify(parsed.data)}::jsonb`, updatedAt: now, updatedBy: actor.name }
    await tx
      .insert(settings)
      .values({ key, version: 1, ...value })
      .onConflictDoUpdate({ target: settings.key, set: { ...value, version: ifVersion + 1 } })
    await recordAudit(tx, {
      actor: { kind: actor.kind, id: actor.id },
      action: 'setting.change',
      target: { kind: 'setting', id: key },
      requestId: change.requestId,
      details: { from: current.value, to: parsed.data },
    })
    await bumpVersion(tx, 'settings')
    const [row] = await tx.select().from(settings).where(eq(settings.key, key))
    return {
      key,
      value: parsed.data,
      version: row?.version ?? 1,
      updatedAt: now.toISOString(),
      updatedBy: actor.name,
    }
  })
}
