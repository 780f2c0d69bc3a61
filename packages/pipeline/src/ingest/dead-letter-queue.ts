import { SendMessageBatchCommand, type SQSClient } from '@aws-sdk/client-sqs'
import { typedToSqs } from '@lean-ops/common/messages/message-attributes'
import type { SendBatch } from './send-dead-letters.ts'

/** The dead-letter queue of production. A message counts as sent only when the answer names its entry as successful. */
export const deadLetterQueue =
  (client: Pick<SQSClient, 'send'>, queueUrl: string): SendBatch =>
  async (messages, timeoutMs) => {
    const answer = await client.send(
      new SendMessageBatchCommand({
        QueueUrl: queueUrl,
        Entries: messages.map((m, n) => ({
          Id: String(n),
          MessageBody: m.body,
          MessageAttributes: typedToSqs(m.attributes),
        })),
      }),
      { abortSignal: AbortSignal.timeout(timeoutMs) },
    )
    const sent = new Set((answer.Successful ?? []).map((s) => s.Id))
    const failed = new Map((answer.Failed ?? []).map((f) => [f.Id, f]))
    return messages.map((_, n) => {
      const id = String(n)
      const fault = failed.get(id)
      if (sent.has(id) && !fault) return { errorCode: undefined, isSenderFault: false }
      return { errorCode: fault?.Code ?? 'NoAnswer', isSenderFault: fault?.SenderFault ?? false }
    })
  }
