import { z } from 'zod'
import { DeadLetterFilter } from './dead-letter-filter.ts'
import { DeadLetterDetail, DeadLetterEvent, DeadLetterSort, GroupSort } from './dead-letter-query.ts'
import { Instant } from './time.ts'

export const DeadLetterListQuery = DeadLetterFilter.safeExtend({
  sort: DeadLetterSort.default('lastFailedAt'),
  direction: z.enum(['desc', 'asc']).default('desc'),
  cursor: z.string().max(400).optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
})

export const GroupListQuery = DeadLetterFilter.safeExtend({
  sort: GroupSort.default('count'),
  limit: z.coerce.number().int().min(1).max(500).default(100),
})

/** Why values are hidden and how to see them. */
export const MaskingState = z
  .object({
    /** False while an unmask of yours holds for this message. */
    isMasked: z.boolean(),
    /** End of your unmask, or null. */
    unmaskedUntil: Instant.nullable(),
    /** Whether you may unmask this message at all. */
    mayUnmask: z.boolean(),
  })
  .meta({ id: 'MaskingState' })
export type MaskingState = z.infer<typeof MaskingState>

export const DeadLetterView = DeadLetterDetail.extend({ masking: MaskingState }).meta({ id: 'DeadLetter' })
export type DeadLetterView = z.infer<typeof DeadLetterView>

export const DeadLetterBodyView = z
  .object({
    /** The text, or what may be seen of it. Null: binary, or gone from the archive. */
    text: z.string().nullable(),
    kind: z.enum(['json', 'text', 'binary', 'missing']),
    /** `inner`: the decoded content of an SNS or Pub/Sub envelope. */
    layer: z.enum(['body', 'inner']),
    /** What decided: `clear` (unmasked), `fields` (the contract), `shape` (keys only), `none` (not JSON: size only). */
    shows: z.enum(['clear', 'fields', 'shape', 'none']),
    sizeBytes: z.int(),
    /** Of the original: an edit names it, so that nobody edits something else than what was shown. */
    sha256: z.string(),
    /** True when the text was cut at `charactersMax`; the download has all of it. */
    isCut: z.boolean(),
    masking: MaskingState,
  })
  .meta({ id: 'DeadLetterBody' })
export type DeadLetterBodyView = z.infer<typeof DeadLetterBodyView>

export const BodyQuery = z.object({
  charactersMax: z.coerce.number().int().min(1).max(2_000_000).default(262_144),
})

export const DeadLetterHistory = z
  .object({ events: z.array(DeadLetterEvent) })
  .meta({ id: 'DeadLetterHistory' })

export const UnmaskRequest = z
  .strictObject({ reason: z.string().trim().min(10, 'say why in a sentence: the audit keeps it').max(500) })
  .meta({ id: 'UnmaskRequest' })

export const UnmaskGrant = z.object({ expiresAt: Instant }).meta({ id: 'UnmaskGrant' })
