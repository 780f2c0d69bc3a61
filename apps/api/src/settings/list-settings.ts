import {
  type Setting,
  type SettingKey,
  settingKeys,
  settingSchemas,
} from '@lean-ops/common/contract/settings'
import type { Database } from '@lean-ops/common/control-plane/connect'
import { settings } from '@lean-ops/common/control-plane/schema/settings'

/** Every setting with its value, changed or not. A stored value that no longer fits its limits reads as the default. */
export async function listSettings(db: Pick<Database, 'select'>): Promise<Setting[]> {
  const rows = new Map((await db.select().from(settings)).map((row) => [row.key, row]))
  return settingKeys.map((key) => {
    const row = rows.get(key)
    return {
      key,
      value: settingValue(key, row?.value),
      version: row?.version ?? 0,
      updatedAt: row?.updatedAt.toISOString() ?? null,
      updatedBy: row?.updatedBy ?? null,
    }
  })
}

function settingValue(key: SettingKey, stored: unknown): Setting['value'] {
  const parsed = settingSchemas[key].safeParse(stored)
  return parsed.success ? parsed.data : settingSchemas[key].parse(undefined)
}
