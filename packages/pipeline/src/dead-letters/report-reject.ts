import { gunzipSync } from 'node:zlib'
import { TypedAttributes } from '@lean-ops/common/messages/message-attributes'
import type { RejectedMessage } from '@lean-ops/common/messages/reject-manifest'
import type { ReportedLine } from './report-error-line.ts'

/**
 * A message that a layer refused → failure report of stage `curated` or `semantic`. Pure. One event per pass and message:
 * a pass that is repeated writes the same ones. `attempt` is 0 here; replays get theirs from the index.
 */
export function reportReject(line: RejectedMessage, passId: string, writtenAt: Date): ReportedLine {
  return {
    system: { passId, errorId: line.errorId, fields: line.fields },
    report: {
      topic: line.topic,
      messageId: line.messageId,
      stage: line.stage,
      code: line.code,
      message: line.message,
      paths: line.fields.map((f) => f.path.join('.')).filter((path) => path !== ''),
      occurredAt: writtenAt,
      source: `reject:${passId}:${line.errorId}`,
      attempt: 0,
      replayId: line.replayId ?? null,
      editRevision: line.editRevision ?? 0,
      publishTime: line.publishTime ?? null,
      firstReceivedAt: timeOf(line.ingestionTs ?? null),
      originArn: line.originArn ?? null,
      idempotencyKey: line.idempotencyKey ?? null,
      attributes: attributesOf(line.messageAttributes ?? null),
      lineage: null,
      body: bodyOf(line),
      archive: null,
    },
  }
}

function timeOf(text: string | null): Date | null {
  const at = text === null ? Number.NaN : Date.parse(text)
  return Number.isNaN(at) ? null : new Date(at)
}

function bodyOf({ payloadEncoding, body }: RejectedMessage): Buffer | undefined {
  if (body == null) return undefined
  if (payloadEncoding !== 'gzip+base64') return Buffer.from(body)
  try {
    return gunzipSync(Buffer.from(body, 'base64'))
  } catch (error) {
    // Not what it says it is: the packed text is all there is.
    if (error instanceof Error && 'code' in error) return Buffer.from(body)
    throw error
  }
}

function attributesOf(text: string | null): TypedAttributes {
  try {
    const parsed = TypedAttributes.safeParse(text === null ? {} : JSON.parse(text))
    return parsed.success ? parsed.data : {}
  } catch (error) {
    if (error instanceof SyntaxError) return {}
    throw error
  }
}
