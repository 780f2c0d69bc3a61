import { describe } from 'vitest'
import { testLifecycle } from './testing/test-lifecycle.ts'
import { useProvider } from './testing/use-provider.ts'

describe('SQS', () => {
  const aws = useProvider()
  const arnOf = (name: string) => `arn:aws:sqs:us-east-1:000000000000:${name}`
  const policyFor = (name: string, action: string) =>
    JSON.stringify({
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Principal: { Service: 's3.amazonaws.com' },
          Action: action,
          Resource: arnOf(name),
        },
      ],
    })
  const plainQueue = async (word: string) => {
    const name = aws.mint(word)
    return { name, queue: await aws.put('aws:sqs/queue:Queue', { name }) }
  }

  testLifecycle(aws, 'aws:sqs/queue:Queue', async () => {
    const dlq = await plainQueue('dlq')
    const name = aws.mint('orders')
    const redrivePolicy = JSON.stringify({ deadLetterTargetArn: arnOf(dlq.name), maxReceiveCount: 5 })
    return {
      create: {
        name,
        visibilityTimeoutSeconds: 362,
        messageRetentionSeconds: 1209600,
        delaySeconds: 3,
        receiveWaitTimeSeconds: 20,
        maxMessageSize: 262144,
        redrivePolicy,
        kmsMasterKeyId: 'alias/data',
        kmsDataKeyReusePeriodSeconds: 300,
        policy: policyFor(name, 'sqs:SendMessage'),
      },
      created: {
        QueueArn: arnOf(name),
        VisibilityTimeout: '362',
        MessageRetentionPeriod: '1209600',
        DelaySeconds: '3',
        ReceiveMessageWaitTimeSeconds: '20',
        MaximumMessageSize: '262144',
        RedrivePolicy: redrivePolicy,
        KmsMasterKeyId: 'alias/data',
        KmsDataKeyReusePeriodSeconds: '300',
        Policy: policyFor(name, 'sqs:SendMessage'),
      },
      update: { name, visibilityTimeoutSeconds: 60 },
      // What left the program goes back to AWS's defaults; policies stay, they may have a resource of their own.
      updated: {
        VisibilityTimeout: '60',
        MessageRetentionPeriod: '345600',
        DelaySeconds: '0',
        ReceiveMessageWaitTimeSeconds: '0',
        MaximumMessageSize: '1048576',
        RedrivePolicy: redrivePolicy,
      },
      outputs: { arn: arnOf(name), name },
    }
  })

  testLifecycle(aws, 'aws:sqs/queuePolicy:QueuePolicy', async () => {
    const { name, queue } = await plainQueue('with-policy')
    return {
      create: { queueUrl: queue.id, policy: policyFor(name, 'sqs:SendMessage') },
      created: { Policy: policyFor(name, 'sqs:SendMessage') },
      update: { queueUrl: queue.id, policy: policyFor(name, 'sqs:ReceiveMessage') },
      updated: { Policy: policyFor(name, 'sqs:ReceiveMessage') },
    }
  })

  testLifecycle(aws, 'aws:sqs/redrivePolicy:RedrivePolicy', async () => {
    const target = await plainQueue('target')
    const { queue } = await plainQueue('with-redrive')
    const redrive = (maxReceiveCount: number) =>
      JSON.stringify({ deadLetterTargetArn: arnOf(target.name), maxReceiveCount })
    return {
      create: { queueUrl: queue.id, redrivePolicy: redrive(3) },
      created: { RedrivePolicy: redrive(3) },
      update: { queueUrl: queue.id, redrivePolicy: redrive(9) },
      updated: { RedrivePolicy: redrive(9) },
    }
  })

  testLifecycle(aws, 'aws:sqs/redriveAllowPolicy:RedriveAllowPolicy', async () => {
    const { queue } = await plainQueue('with-allow')
    const allow = (redrivePermission: string) => JSON.stringify({ redrivePermission })
    return {
      create: { queueUrl: queue.id, redriveAllowPolicy: allow('denyAll') },
      created: { RedriveAllowPolicy: allow('denyAll') },
      update: { queueUrl: queue.id, redriveAllowPolicy: allow('allowAll') },
      updated: { RedriveAllowPolicy: allow('allowAll') },
    }
  })
})
