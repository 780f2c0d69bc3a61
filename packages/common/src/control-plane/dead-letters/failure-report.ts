import type { FailureStage } from '../../contract/failure-code.ts'
import type { Lineage } from '../../messages/lineage.ts'
import type { TypedAttributes } from '../../messages/message-attributes.ts'

/** Where the exact bytes lie. Written before the row that names them. */
export type ArchivePlace = {
  bucket: string
  key: string
  /** Byte range of the archived record: one line of NDJSON. */
  offset: number
  length: number
}

/** One failure of one message, as a source reports it: the dead-letter queue, an error object, a job's rejects. */
export type FailureReport = {
  topic: string
  messageId: string
  stage: FailureStage
  /** A failure code; others are kept as they are and count as class `unknown`. */
  code: string
  /** As the failing part said it; scrubbed and normalised here. */
  message: string
  /** Stack trace, if there is one. */
  trace?: string
  /** Fields that failed. */
  paths?: readonly string[]
  occurredAt: Date
  /**
   * What makes this report one event however often it is delivered: `sqs:<message id>` or `s3:<bucket>/<key>#<line>`.
   * A receipt handle would not do: it changes with every receive.
   */
  source: string
  /** 0 = never replayed. */
  attempt: number
  replayId: string | null
  editRevision: number
  /** RFC 3339 with microseconds: a replay must carry the producer's time unchanged. */
  publishTime: string | null
  firstReceivedAt: Date | null
  originArn: string | null
  idempotencyKey: string | null
  attributes: TypedAttributes
  lineage: Lineage | null
  /** undefined = nowhere to be found. */
  body: Uint8Array | undefined
  archive: ArchivePlace | null
}
