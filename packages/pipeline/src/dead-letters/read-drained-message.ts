import { decodeLineage, type Lineage, lineageAttributeName } from '@lean-ops/common/messages/lineage'
import type { RegisteredTopic, TopicRegistry } from '@lean-ops/common/topics/topic-registry'
import type { SqsRecord } from '../ingest/sqs-event.ts'

/** A record of the dead-letter queue. SQS adds the source queue when it moved the message itself. */
export type DrainedRecord = SqsRecord & {
  attributes: SqsRecord['attributes'] & { DeadLetterQueueSourceArn?: string }
}

export type DrainedMessage = {
  record: DrainedRecord
  /** undefined: neither lineage nor SQS names a queue that we know. */
  topic: RegisteredTopic | undefined
  originArn: string | null
  /** Only one that we signed for a queue of ours. */
  lineage: Lineage | undefined
  lineageText: string | null
}

/** Whose message is it? Pure. By the lineage that our processor wrote, else by what SQS recorded when it moved the message. */
export function readDrainedMessage(
  record: DrainedRecord,
  registry: TopicRegistry,
  secret: string,
): DrainedMessage {
  const attributes = record.messageAttributes
  const lineageText = Object.hasOwn(attributes, lineageAttributeName)
    ? (attributes[lineageAttributeName]?.stringValue ?? '')
    : null
  const decoded = lineageText === null ? undefined : decodeLineage(lineageText, secret)
  if (decoded?.ok) {
    const topic = registry.findByQueueArn(decoded.lineage.originArn)
    if (topic)
      return { record, topic, originArn: decoded.lineage.originArn, lineage: decoded.lineage, lineageText }
  }
  const originArn = record.attributes.DeadLetterQueueSourceArn ?? null
  const topic = originArn === null ? undefined : registry.findByQueueArn(originArn)
  return { record, topic, originArn, lineage: undefined, lineageText }
}
