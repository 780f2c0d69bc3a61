import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs'
import type { OutcomeMessage } from '@lean-ops/common/messages/outcome-message'

/**
 * Tells the control plane what became of an invocation. Returns the error instead of throwing it: the messages are stored
 * already, and statistics are no reason to take them twice.
 */
export async function sendOutcomes(
  outcomes: readonly OutcomeMessage[],
  deps: { client: Pick<SQSClient, 'send'>; queueUrl: string; timeoutMs: number },
): Promise<unknown> {
  try {
    for (const outcome of outcomes)
      await deps.client.send(
        new SendMessageCommand({ QueueUrl: deps.queueUrl, MessageBody: JSON.stringify(outcome) }),
        { abortSignal: AbortSignal.timeout(Math.max(1, deps.timeoutMs)) },
      )
    return undefined
  } catch (error) {
    return error ?? new Error('the outcome was not sent')
  }
}
