import { z } from 'zod'
import { Instant } from './time.ts'

/** A field of a sample, before and after; values only where both versions leave the column in clear. */
const SampleField = z.object({
  column: z.string(),
  before: z.string().nullable(),
  after: z.string().nullable(),
})

const Sample = z.object({
  messageId: z.string(),
  ingestedAt: Instant.nullable(),
  fields: z.array(SampleField),
})
export type WhatIfSample = z.infer<typeof Sample>

/** Rows by what becomes of them. `enters`: the gate was closed, and the row passes. */
export const whatIfFates = [
  'unchanged',
  'heals',
  'newlyFails',
  'changesValue',
  'stillFails',
  'enters',
  'unreadable',
] as const
export type WhatIfFate = (typeof whatIfFates)[number]
const FateCounts = z.object({
  unchanged: z.int(),
  heals: z.int(),
  newlyFails: z.int(),
  changesValue: z.int(),
  stillFails: z.int(),
  enters: z.int(),
  /** No message in today's eyes: neither version has a say. */
  unreadable: z.int(),
})

/** What a contract version would do to what is there: rows of the last days, and every open reject. Counts rows, copies of a message included. */
export const WhatIf = z
  .object({
    topic: z.string(),
    currentVersion: z.string().nullable(),
    candidateVersion: z.string(),
    /** First and last day of RAW that were judged (UTC). */
    days: z.object({ from: z.string(), to: z.string() }),
    /** False when time ran out: the counts are then of the newest rows. */
    isComplete: z.boolean(),
    rows: FateCounts.extend({ read: z.int() }),
    rejects: z.object({
      open: z.int(),
      /** Of the open ones: those whose row was found in RAW and judged. */
      found: z.int(),
      heals: z.int(),
      stillFails: z.int(),
    }),
    newlyFailing: z.array(
      z.object({ column: z.string(), code: z.string(), rule: z.string().nullable(), count: z.int() }),
    ),
    healing: z.array(z.object({ column: z.string(), code: z.string(), count: z.int() })),
    changing: z.array(z.object({ column: z.string(), count: z.int() })),
    samples: z.object({
      heals: z.array(Sample),
      newlyFails: z.array(Sample),
      changesValue: z.array(Sample),
    }),
  })
  .meta({ id: 'WhatIf' })
export type WhatIf = z.infer<typeof WhatIf>
