import { describe } from 'vitest'
import { testLifecycle } from './testing/test-lifecycle.ts'
import { useProvider } from './testing/use-provider.ts'

describe('EventBridge', () => {
  const aws = useProvider()
  const pattern = (status: string) => JSON.stringify({ source: ['aws.states'], detail: { status: [status] } })

  testLifecycle(aws, 'aws:cloudwatch/eventBus:EventBus', () => {
    const name = aws.mint('bus')
    return {
      create: { name },
      created: { Name: name },
      outputs: { arn: `arn:aws:events:us-east-1:000000000000:event-bus/${name}` },
    }
  })

  testLifecycle(aws, 'aws:cloudwatch/eventRule:EventRule', () => {
    const name = aws.mint('rule')
    return {
      create: { name, description: 'ended', eventPattern: pattern('SUCCEEDED') },
      created: {
        Name: name,
        Description: 'ended',
        EventPattern: pattern('SUCCEEDED'),
        State: 'ENABLED',
        EventBusName: 'default',
      },
      update: { name, description: 'failed', eventPattern: pattern('FAILED'), state: 'DISABLED' },
      updated: { Description: 'failed', EventPattern: pattern('FAILED'), State: 'DISABLED' },
    }
  })

  testLifecycle(aws, 'aws:cloudwatch/eventTarget:EventTarget', async () => {
    const rule = aws.mint('targeted')
    await aws.put('aws:cloudwatch/eventRule:EventRule', { name: rule, eventPattern: pattern('FAILED') })
    const arn = 'arn:aws:lambda:us-east-1:000000000000:function:on-status'
    return {
      create: {
        rule,
        targetId: 'fn',
        arn,
        input: '{"a":1}',
        retryPolicy: { maximumRetryAttempts: 3, maximumEventAgeInSeconds: 3600 },
        deadLetterConfig: { arn: 'arn:aws:sqs:us-east-1:000000000000:dlq' },
      },
      created: {
        Id: 'fn',
        Arn: arn,
        Input: '{"a":1}',
        RetryPolicy: { MaximumRetryAttempts: 3, MaximumEventAgeInSeconds: 3600 },
        DeadLetterConfig: { Arn: 'arn:aws:sqs:us-east-1:000000000000:dlq' },
      },
      update: {
        rule,
        targetId: 'fn',
        arn,
        inputTransformer: { inputPaths: { s: '$.detail.status' }, inputTemplate: '{"s":<s>}' },
      },
      updated: { InputTransformer: { InputPathsMap: { s: '$.detail.status' }, InputTemplate: '{"s":<s>}' } },
    }
  })
})
