import {
  DeleteMessageBatchCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SQSClient,
} from '@aws-sdk/client-sqs'

// The script one writes in an emergency: receive ten, send ten, delete ten, until nothing comes any more; a few at a time.
const [source = '', target = ''] = process.argv.slice(2)
const lanes = 16
const sqs = new SQSClient({ maxAttempts: 3, useQueueUrlAsEndpoint: false })

async function lane(): Promise<void> {
  for (let empty = 0; empty < 2; ) {
    const { Messages: messages = [] } = await sqs.send(
      new ReceiveMessageCommand({
        QueueUrl: source,
        MaxNumberOfMessages: 10,
        MessageAttributeNames: ['All'],
        WaitTimeSeconds: 0,
      }),
    )
    if (messages.length === 0) {
      empty += 1
      continue
    }
    const { Successful: sent = [] } = await sqs.send(
      new SendMessageBatchCommand({
        QueueUrl: target,
        Entries: messages.map((m, n) => ({
          Id: String(n),
          MessageBody: m.Body ?? '',
          MessageAttributes: m.MessageAttributes,
        })),
      }),
    )
    if (sent.length === 0) continue
    await sqs.send(
      new DeleteMessageBatchCommand({
        QueueUrl: source,
        Entries: sent.map((s) => ({ Id: s.Id, ReceiptHandle: messages[Number(s.Id)]?.ReceiptHandle })),
      }),
    )
  }
}

const started = performance.now()
await Promise.all(Array.from({ length: lanes }, lane))
console.log(JSON.stringify({ seconds: (performance.now() - started) / 1_000 }))
