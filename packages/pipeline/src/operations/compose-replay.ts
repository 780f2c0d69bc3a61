import type { ItemReason, OperationParameters } from '@lean-ops/common/contract/operation'
import type { ClaimedItem } from '@lean-ops/common/control-plane/operations/claim-items'
import { applyEdit } from '@lean-ops/common/edits/apply-edit'
import { claimCheckBody, claimCheckKey, encodeArchivedMessage } from '@lean-ops/common/messages/claim-check'
import {
  type ClaimCheck,
  encodeLineage,
  type Lineage,
  lineageAttributeName,
} from '@lean-ops/common/messages/lineage'
import { attributesBytes, type TypedAttributes } from '@lean-ops/common/messages/message-attributes'
import { sqsAttributesMax, sqsMessageBytesMax } from '@lean-ops/common/messages/message-size'
import type { TopicRegistry } from '@lean-ops/common/topics/topic-registry'

export type OutgoingReplay = {
  deadLetterId: string
  topic: string
  body: string
  attributes: TypedAttributes
  bytes: number
  editRevision: number
  isEdited: boolean
  /** Must be durable before the message is sent. */
  archive: { key: string; content: string } | undefined
}

export type ComposedReplay =
  | { ok: true; message: OutgoingReplay }
  | { ok: false; deadLetterId: string; reason: ItemReason; detail?: string }

type Context = {
  parameters: OperationParameters
  registry: TopicRegistry
  archiveBucket: string
  lineageSecret: string
  now: () => Date
}

/**
 * One dead letter → the message that goes to its recorded origin: body and every attribute as they were (or edited), and our lineage with
 * attempt and replay id. Pure. What does not fit a queue message travels as a claim check.
 */
export function composeReplay(item: ClaimedItem, body: string | undefined, context: Context): ComposedReplay {
  const refuse = (reason: ItemReason, detail?: string): ComposedReplay => ({
    ok: false,
    deadLetterId: item.deadLetterId,
    reason,
    ...(detail === undefined ? {} : { detail }),
  })
  const origin = item.originArn === null ? undefined : context.registry.findByQueueArn(item.originArn)
  if (!origin || origin.topic !== item.topic) return refuse('origin_gone')
  if (body === undefined) return refuse('body_missing')
  const edited = editedBody(body, context.parameters)
  if (!edited.ok) return refuse(edited.reason, edited.message)
  const isEdited = edited.body !== body
  const lineage = lineageOf(item, isEdited ? item.editRevision + 1 : item.editRevision, context.now())
  return { ok: true, message: { ...fit(item, edited.body, lineage, context), isEdited } }
}

function editedBody(body: string, parameters: OperationParameters) {
  if (parameters.kind === 'edit-and-replay') return applyEdit(body, parameters.patch, parameters.bodySha256)
  if (parameters.kind === 'transform-and-replay') return applyEdit(body, parameters.patch)
  return { ok: true as const, body }
}

const lineageOf = (item: ClaimedItem, editRevision: number, now: Date): Lineage => ({
  messageId: item.messageId,
  publishTime: item.publishTime ?? item.firstReceivedAt ?? now.toISOString(),
  firstReceived: item.firstReceivedAt ?? item.publishTime ?? now.toISOString(),
  editRevision,
  replayId: item.replayId,
  attempt: item.attempt,
  originArn: item.originArn ?? '',
})

function fit(
  item: ClaimedItem,
  body: string,
  lineage: Lineage,
  context: Context,
): Omit<OutgoingReplay, 'isEdited'> {
  const base = { deadLetterId: item.deadLetterId, topic: item.topic, editRevision: lineage.editRevision }
  const whole = withLineage(item.attributes, lineage, context.lineageSecret)
  const bytes = Buffer.byteLength(body) + attributesBytes(whole)
  const isFitting =
    Object.keys(item.attributes).length < sqsAttributesMax &&
    bytes <= sqsMessageBytesMax &&
    body !== '' &&
    body.isWellFormed()
  if (isFitting) return { ...base, body, attributes: whole, bytes, archive: undefined }
  const { content, size, sha256 } = encodeArchivedMessage({ body, attributes: item.attributes })
  const key = claimCheckKey(item.topic, item.replayId, sha256)
  const claimCheck: ClaimCheck = { bucket: context.archiveBucket, key, size, sha256 }
  const attributes = withLineage({}, { ...lineage, claimCheck }, context.lineageSecret)
  return {
    ...base,
    body: claimCheckBody,
    attributes,
    bytes: Buffer.byteLength(claimCheckBody) + attributesBytes(attributes),
    archive: { key, content },
  }
}

const withLineage = (attributes: TypedAttributes, lineage: Lineage, secret: string): TypedAttributes => ({
  ...attributes,
  [lineageAttributeName]: { type: 'String', value: encodeLineage(lineage, secret) },
})
