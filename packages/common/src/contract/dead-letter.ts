import { z } from 'zod'
import { FailureClass, FailureStage } from './failure-code.ts'
import { Instant } from './time.ts'

export const deadLetterStatuses = [
  'open',
  'in_operation',
  'verifying',
  'resolved',
  'unverified',
  'discarded',
] as const
export const DeadLetterStatus = z.enum(deadLetterStatuses)
export type DeadLetterStatus = z.infer<typeof DeadLetterStatus>

export const DeadLetterId = z.string().regex(/^[0-9a-f]{32}$/)

/** One row of the list. Carries no payload: `preview` shows keys and shape only. */
export const DeadLetterRow = z.object({
  id: DeadLetterId,
  topic: z.string(),
  owner: z.string(),
  messageId: z.string(),
  status: DeadLetterStatus,
  statusChangedAt: Instant,
  attempt: z.int(),
  failures: z.int(),
  stage: FailureStage,
  code: z.string(),
  class: FailureClass,
  fingerprint: z.string(),
  errorMessage: z.string(),
  firstFailedAt: Instant,
  lastFailedAt: Instant,
  sizeBytes: z.int(),
  preview: z.string(),
  operationId: z.uuid().nullable(),
})
export type DeadLetterRow = z.infer<typeof DeadLetterRow>

/** What was hashed into a fingerprint, in order: "grouped by …". */
export const FingerprintPart = z.object({
  kind: z.enum(['stage', 'code', 'message', 'frame', 'path']),
  value: z.string(),
})
export type FingerprintPart = z.infer<typeof FingerprintPart>
