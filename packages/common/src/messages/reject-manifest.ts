import { z } from 'zod'
import { RunLayer } from '../contract/run.ts'

/** `rejects/<passId>/manifest.json` in the errors bucket, written after its parts: only what it names counts. */
export const RejectManifest = z.object({
  version: z.literal(1),
  passId: z.string(),
  topic: z.string(),
  layer: RunLayer,
  /** `s3://bucket/key` of NDJSON files of {@link RejectLine}. */
  parts: z.array(z.string().startsWith('s3://')),
  records: z.int().min(0),
  replays: z.int().min(0).default(0),
})
export type RejectManifest = z.infer<typeof RejectManifest>

const FailedField = z.object({
  column: z.string().nullish(),
  path: z.array(z.string()).default([]),
  code: z.string(),
  rule: z.string().nullish(),
  /** Without the value. */
  detail: z.string().default(''),
})

/** A message that a layer refused, with its whole body. */
export const RejectedMessage = z.object({
  kind: z.literal('reject'),
  errorId: z.string(),
  topic: z.string(),
  messageId: z.string(),
  editRevision: z.int().min(0).nullish(),
  replayId: z.string().nullish(),
  publishTime: z.string().nullish(),
  ingestionTs: z.string().nullish(),
  originArn: z.string().nullish(),
  idempotencyKey: z.string().nullish(),
  stage: RunLayer,
  code: z.string(),
  message: z.string(),
  fields: z.array(FailedField).default([]),
  messageAttributes: z.string().nullish(),
  payloadEncoding: z.enum(['none', 'gzip+base64']).nullish(),
  /** Null: RAW has no row of it any more. */
  body: z.string().nullish(),
})
export type RejectedMessage = z.infer<typeof RejectedMessage>

/**
 * A message that got through a layer. With a replay id it settles that replay; without, the message had been refused
 * before and passes now, because the contract has changed.
 */
export const SettledReplay = z.object({
  kind: z.literal('settled'),
  topic: z.string(),
  messageId: z.string(),
  replayId: z.string().nullish(),
  stage: RunLayer,
  outcome: z.enum(['accepted', 'superseded']),
})
export type SettledReplay = z.infer<typeof SettledReplay>

export const RejectLine = z.discriminatedUnion('kind', [RejectedMessage, SettledReplay])
export type RejectLine = z.infer<typeof RejectLine>
