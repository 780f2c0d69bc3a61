import { describe } from 'vitest'
import { testLifecycle } from './testing/test-lifecycle.ts'
import { useProvider } from './testing/use-provider.ts'

describe('SNS', () => {
  const aws = useProvider()
  const arnOf = (name: string) => `arn:aws:sns:us-east-1:000000000000:${name}`
  const policy = (sid: string) =>
    JSON.stringify({
      Version: '2012-10-17',
      Statement: [{ Sid: sid, Effect: 'Allow', Principal: '*', Action: 'sns:Publish', Resource: '*' }],
    })

  testLifecycle(aws, 'aws:sns/topic:Topic', () => {
    const name = aws.mint('topic')
    return {
      create: { name, displayName: 'Alarms', kmsMasterKeyId: 'alias/control' },
      created: { TopicArn: arnOf(name), DisplayName: 'Alarms', KmsMasterKeyId: 'alias/control' },
      update: { name, displayName: 'Other', policy: policy('Mine') },
      updated: { DisplayName: 'Other', Policy: policy('Mine') },
      outputs: { arn: arnOf(name) },
    }
  })

  testLifecycle(aws, 'aws:sns/topicPolicy:TopicPolicy', async () => {
    const topic = await aws.put('aws:sns/topic:Topic', { name: aws.mint('policed') })
    return {
      create: { arn: topic.id, policy: policy('One') },
      created: { Policy: policy('One') },
      update: { arn: topic.id, policy: policy('Two') },
      updated: { Policy: policy('Two') },
      staysAfterRemoval: true,
    }
  })

  testLifecycle(aws, 'aws:sns/topicSubscription:TopicSubscription', async () => {
    const topic = await aws.put('aws:sns/topic:Topic', { name: aws.mint('subscribed') })
    const queue = aws.mint('subscriber')
    await aws.put('aws:sqs/queue:Queue', { name: queue })
    const endpoint = `arn:aws:sqs:us-east-1:000000000000:${queue}`
    const filter = (kind: string) => JSON.stringify({ kind: [kind] })
    return {
      create: {
        topic: topic.id,
        protocol: 'sqs',
        endpoint,
        rawMessageDelivery: true,
        filterPolicy: filter('a'),
      },
      created: {
        TopicArn: topic.id,
        Protocol: 'sqs',
        Endpoint: endpoint,
        RawMessageDelivery: 'true',
        FilterPolicy: filter('a'),
      },
      update: {
        topic: topic.id,
        protocol: 'sqs',
        endpoint,
        rawMessageDelivery: false,
        filterPolicy: filter('b'),
      },
      updated: { RawMessageDelivery: 'false', FilterPolicy: filter('b') },
    }
  })
})
