import { z } from 'zod'
import { Instant } from './time.ts'

export const savedViewPages = ['topics', 'dead-letters', 'operations', 'audit'] as const

/** The filters of a page as its URL has them: names to texts. */
const ViewQuery = z.record(
  z.string().min(1).max(64),
  z.union([z.string().max(1_000), z.array(z.string().max(1_000)).max(100)]),
)

export const SavedViewInput = z
  .strictObject({
    page: z.enum(savedViewPages),
    name: z.string().trim().min(1).max(80),
    query: ViewQuery,
    /** Everybody sees it; only its maker and administrators change it. */
    isShared: z.boolean().default(false),
  })
  .meta({ id: 'SavedViewInput' })
export type SavedViewInput = z.infer<typeof SavedViewInput>

export const SavedViewChange = z
  .strictObject({
    name: SavedViewInput.shape.name.optional(),
    query: ViewQuery.optional(),
    isShared: z.boolean().optional(),
  })
  .refine((change) => Object.keys(change).length > 0, 'change at least one thing')
  .meta({ id: 'SavedViewChange' })
export type SavedViewChange = z.infer<typeof SavedViewChange>

export const SavedView = z
  .object({
    id: z.uuid(),
    page: z.enum(savedViewPages),
    name: z.string(),
    query: ViewQuery,
    owner: z.string(),
    isMine: z.boolean(),
    isShared: z.boolean(),
    version: z.int(),
    updatedAt: Instant,
  })
  .meta({ id: 'SavedView' })
export type SavedView = z.infer<typeof SavedView>

export const SavedViewList = z.object({ views: z.array(SavedView) }).meta({ id: 'SavedViewList' })
