import type { LambdaAttribute } from '@lean-ops/common/messages/message-attributes'

/** The part of a Lambda SQS event record that ingestion reads. */
export type SqsRecord = {
  messageId: string
  body: string
  eventSourceARN: string
  attributes: { SentTimestamp: string; ApproximateReceiveCount?: string }
  messageAttributes: Record<string, LambdaAttribute>
}
