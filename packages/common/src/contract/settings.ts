import { z } from 'zod'
import { Instant } from './time.ts'

/** What an administrator may change without a deployment, each with its limits and what holds until somebody does. */
export const settingSchemas = {
  /** A notice on every page, for example during a migration; null = none. */
  banner: z.string().trim().min(1).max(300).nullable().default(null),
  /** Messages one person may unmask in an hour; beyond it the API refuses until the hour is over. */
  unmaskPerHourMax: z.int().min(1).max(1_000).default(50),
  /** Days that resolved messages, and discarded ones past their restoration, stay in the index. Open ones stay for ever. */
  keepSettledDays: z.int().min(1).max(3_650).default(90),
} as const
export type SettingKey = keyof typeof settingSchemas
export const settingKeys = Object.keys(settingSchemas) as [SettingKey, ...SettingKey[]]

export const Setting = z
  .object({
    key: z.enum(settingKeys),
    value: z.union([z.string(), z.int(), z.null()]),
    /** 0: nobody has changed it. */
    version: z.int(),
    updatedAt: Instant.nullable(),
    updatedBy: z.string().nullable(),
  })
  .meta({ id: 'Setting' })
export type Setting = z.infer<typeof Setting>

export const SettingList = z.object({ settings: z.array(Setting) }).meta({ id: 'SettingList' })

export const SettingChange = z
  .strictObject({ value: z.union([z.string(), z.int(), z.null()]) })
  .meta({ id: 'SettingChange' })
