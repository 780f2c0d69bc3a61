import { z } from 'zod'
import { Instant } from './time.ts'

export const AuditQuery = z.object({
  from: Instant.optional(),
  to: Instant.optional(),
  actor: z.string().max(200).optional(),
  /** `replay.create`, or a noun with everything under it: `replay`. */
  action: z
    .string()
    .regex(/^[a-z_-]+(\.[a-z_-]+)*$/)
    .max(64)
    .optional(),
  targetKind: z.string().max(64).optional(),
  targetId: z.string().max(200).optional(),
  operationId: z.uuid().optional(),
  outcome: z.enum(['done', 'denied', 'failed']).optional(),
  /** `next` of the page before. */
  before: z.coerce.number().int().min(1).optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
})
export type AuditQuery = z.infer<typeof AuditQuery>

export const AuditRow = z
  .object({
    seq: z.int(),
    at: Instant,
    actor: z.object({ kind: z.string(), id: z.string() }),
    sessionId: z.string().nullable(),
    onBehalfOf: z.string().nullable(),
    action: z.string(),
    target: z.object({ kind: z.string(), id: z.string() }).nullable(),
    operationId: z.string().nullable(),
    requestId: z.string().nullable(),
    outcome: z.string(),
    reason: z.string().nullable(),
    /** Ids and counts, never payload text. */
    details: z.record(z.string(), z.unknown()),
    hash: z.string(),
  })
  .meta({ id: 'AuditRow' })
export type AuditRow = z.infer<typeof AuditRow>

export const AuditPage = z
  .object({ rows: z.array(AuditRow), next: z.int().nullable() })
  .meta({ id: 'AuditPage' })
export type AuditPage = z.infer<typeof AuditPage>

/** Every hash recomputed, and the exports in the archive compared with the rows they hold. */
export const AuditChain = z
  .object({
    rows: z.int(),
    isWhole: z.boolean(),
    brokenAt: z.object({ seq: z.int(), fault: z.enum(['changed', 'gap', 'unlinked']) }).nullable(),
    lastSeq: z.int(),
    lastHash: z.string(),
    /** Last row of each export whose hash is another one today, or gone. */
    contradictedExports: z.array(z.int()),
  })
  .meta({ id: 'AuditChain' })
export type AuditChain = z.infer<typeof AuditChain>
