import { setTimeout as sleep } from 'node:timers/promises'
import { LambdaClient } from '@aws-sdk/client-lambda'
import { SFNClient } from '@aws-sdk/client-sfn'
import { DeleteMessageCommand, ReceiveMessageCommand } from '@aws-sdk/client-sqs'
import { glueClient, s3Client, sqsClient } from '@lean-ops/common/aws/clients'
import { connectDatabase } from '@lean-ops/common/control-plane/connect'
import { createLogger } from '@lean-ops/common/log/logger'
import { createTopicRegistry } from '@lean-ops/common/topics/topic-registry'
import { createOperationsWorker, WorkerEnv } from '../create-operations-worker.ts'

// The operations worker as a process that can be killed: it polls its queue as Lambda's event source would. Started by the kill drill.
const env = WorkerEnv.parse(process.env)
const { db } = await connectDatabase(env, { applicationName: 'drill-worker' })
const sqs = sqsClient()
const skewMs = Number(process.env.CLOCK_SKEW_MS ?? 0)
const handler = createOperationsWorker(env, {
  db,
  sqs,
  s3: s3Client(),
  glue: glueClient(),
  sfn: new SFNClient(),
  lambda: new LambdaClient(),
  registry: createTopicRegistry(JSON.parse(process.env.REGISTRY ?? '{}')),
  lineageSecret: 'drill',
  logger: createLogger('operations-worker'),
  now: () => new Date(Date.now() + skewMs),
  random: Math.random,
  sleep: (ms) => sleep(ms),
})
process.on('disconnect', () => process.exit(0))
process.send?.('ready')

for (;;) {
  try {
    await pollOnce()
  } catch {
    // Queue or database are away: Lambda's poller would go on asking, too.
    await sleep(100)
  }
}

async function pollOnce(): Promise<void> {
  const queue = { QueueUrl: env.OPERATIONS_URL }
  const { Messages: [message] = [] } = await sqs.send(
    new ReceiveMessageCommand({ ...queue, MaxNumberOfMessages: 1, WaitTimeSeconds: 1 }),
  )
  if (!message) return
  const startedAt = Date.now()
  const { batchItemFailures } = await handler(
    { Records: [{ messageId: message.MessageId ?? '', body: message.Body ?? '' }] },
    {
      awsRequestId: `${process.pid}-${startedAt}`,
      getRemainingTimeInMillis: () => 30_000 - (Date.now() - startedAt),
    },
  )
  if (batchItemFailures.length === 0)
    await sqs.send(new DeleteMessageCommand({ ...queue, ReceiptHandle: message.ReceiptHandle ?? '' }))
}
