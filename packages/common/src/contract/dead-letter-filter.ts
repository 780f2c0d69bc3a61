import { z } from 'zod'
import { DeadLetterStatus } from './dead-letter.ts'
import { FailureStage } from './failure-code.ts'
import { oneOrMore } from './one-or-more.ts'
import { Instant } from './time.ts'

const jsonPathPattern = /^\$(\.[A-Za-z0-9_-]+|\[\d+\])+$/

/**
 * What narrows dead letters: the same object in a URL, a plan, a saved view and the command line. Times are absolute, or `last`
 * ("24h"), which the server resolves and echoes absolute.
 */
export const DeadLetterFilter = z
  .strictObject({
    topic: oneOrMore(z.string().min(1).max(48)),
    owner: oneOrMore(z.string().min(1).max(100)),
    stage: oneOrMore(FailureStage),
    code: oneOrMore(z.string().min(1).max(64)),
    fingerprint: oneOrMore(z.string().min(1).max(100)),
    status: oneOrMore(DeadLetterStatus),
    /** Last failure at or after / before. */
    failedFrom: Instant.optional(),
    failedTo: Instant.optional(),
    last: z
      .string()
      .regex(/^\d{1,4}[mhd]$/, 'a number and m, h or d: 15m, 24h, 7d')
      .optional(),
    attemptsMin: z.coerce.number().int().min(0).max(1_000).optional(),
    sizeMin: z.coerce.number().int().min(0).optional(),
    sizeMax: z.coerce.number().int().min(0).optional(),
    messageId: oneOrMore(z.string().min(1).max(512)),
    operationId: z.uuid().optional(),
    /** Words anywhere in the first 4 KiB of the body. Needs a topic or at most 24 hours. */
    text: z.string().trim().min(2).max(200).optional(),
    /** `$.a.b[0]` of the body, and the text it must equal. Needs a topic or at most 24 hours. */
    path: z.string().regex(jsonPathPattern, 'like $.customer.id or $.items[0].sku').optional(),
    pathValue: z.string().max(200).optional(),
    /** A producer's message attribute, and the value it must have. */
    attribute: z.string().min(1).max(256).optional(),
    attributeValue: z.string().max(1_024).optional(),
  })
  .refine((f) => (f.path === undefined) === (f.pathValue === undefined), {
    message: 'give path and pathValue together',
    path: ['pathValue'],
  })
  .refine((f) => f.last === undefined || (f.failedFrom === undefined && f.failedTo === undefined), {
    message: 'give either last or failedFrom/failedTo',
    path: ['last'],
  })
export type DeadLetterFilter = z.infer<typeof DeadLetterFilter>

const unitMs = { m: 60_000, h: 3_600_000, d: 86_400_000 } as const

/** `15m`, `24h`, `7d` in milliseconds. The text is checked before. */
export const spanMs = (span: string): number =>
  Number(span.slice(0, -1)) * unitMs[span.at(-1) as keyof typeof unitMs]

/** Relative → absolute, at the server's clock: what is echoed, stored in a plan and pinned by "copy link". */
export function resolveFilter(filter: DeadLetterFilter, now: Date): DeadLetterFilter {
  const { last, ...rest } = filter
  if (last === undefined) return filter
  return { ...rest, failedFrom: new Date(now.getTime() - spanMs(last)).toISOString() }
}

/** True when nothing narrows the selection: a bulk action over that is refused, it would mean everything. */
export const isEmptyFilter = (filter: DeadLetterFilter): boolean =>
  Object.entries(filter).every(([key, value]) => value === undefined || key === 'status')

/** Body text and JSON paths are not indexed as a whole: they need a topic or at most 24 hours to stay quick. */
export function isSearchBounded(filter: DeadLetterFilter, now: Date): boolean {
  if (filter.text === undefined && filter.path === undefined) return true
  if (filter.topic || filter.fingerprint || filter.messageId) return true
  const to = filter.failedTo === undefined ? now.getTime() : Date.parse(filter.failedTo)
  return filter.failedFrom !== undefined && to - Date.parse(filter.failedFrom) <= unitMs.d
}
