import { z } from 'zod'
import { oneOrMore } from './one-or-more.ts'
import { ItemOutcome, OperationKind, OperationState } from './operation.ts'
import { OperationItemView, OperationSeriesPoint, OperationView } from './operation-view.ts'
import { Instant } from './time.ts'

export const OperationListQuery = z.object({
  state: oneOrMore(OperationState),
  kind: oneOrMore(OperationKind),
  topic: z.string().min(1).max(48).optional(),
  /** `me` = mine only. */
  by: z.enum(['me', 'everyone']).default('everyone'),
  live: z.enum(['true', 'false']).optional(),
  cursor: z.string().max(200).optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
})

export const OperationList = z
  .object({ operations: z.array(OperationView), nextCursor: z.string().nullable() })
  .meta({ id: 'OperationList' })
export type OperationList = z.infer<typeof OperationList>

export const ItemListQuery = z.object({
  /** An outcome, or the state of items that have none yet. */
  word: z.union([ItemOutcome, z.enum(['pending', 'sending', 'verifying'])]).optional(),
  cursor: z.string().max(200).optional(),
  limit: z.coerce.number().int().min(1).max(500).default(100),
})

export const OperationItemList = z
  .object({ items: z.array(OperationItemView), nextCursor: z.string().nullable() })
  .meta({ id: 'OperationItemList' })
export type OperationItemList = z.infer<typeof OperationItemList>

export const OperationSeries = z
  .object({ points: z.array(OperationSeriesPoint) })
  .meta({ id: 'OperationSeries' })
export type OperationSeries = z.infer<typeof OperationSeries>

export const ChangeOperation = z
  .discriminatedUnion('action', [
    z.strictObject({ action: z.enum(['pause', 'resume', 'cancel']) }),
    z.strictObject({ action: z.literal('set_rate'), rate: z.int().min(1).max(5_000) }),
  ])
  .meta({ id: 'ChangeOperation' })
export type ChangeOperation = z.infer<typeof ChangeOperation>

/** A link that lives five minutes. */
export const OperationDownload = z
  .object({ url: z.url(), expiresAt: Instant, bytes: z.int(), rows: z.int() })
  .meta({ id: 'OperationDownload' })
export type OperationDownload = z.infer<typeof OperationDownload>

export const HoldView = z
  .object({
    isHeld: z.boolean(),
    reason: z.string().nullable(),
    heldBy: z.string().nullable(),
    heldAt: Instant.nullable(),
    until: Instant.nullable(),
    version: z.int(),
  })
  .meta({ id: 'Hold' })
export type HoldView = z.infer<typeof HoldView>

export const ChangeHold = z
  .strictObject({
    isHeld: z.boolean(),
    reason: z.string().trim().min(1, 'say why: the audit keeps it').max(500),
    /** End of the hold, at most seven days away; without one it stays until somebody lifts it. */
    until: Instant.nullable().default(null),
  })
  .meta({ id: 'ChangeHold' })
export type ChangeHold = z.infer<typeof ChangeHold>
