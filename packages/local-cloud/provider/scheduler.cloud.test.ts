import { describe } from 'vitest'
import { testLifecycle } from './testing/test-lifecycle.ts'
import { useProvider } from './testing/use-provider.ts'

describe('EventBridge Scheduler', () => {
  const aws = useProvider()

  testLifecycle(aws, 'aws:scheduler/schedule:Schedule', () => {
    const name = aws.mint('schedule')
    const target = {
      arn: 'arn:aws:lambda:us-east-1:000000000000:function:sampler',
      roleArn: 'arn:aws:iam::000000000000:role/s',
    }
    return {
      create: {
        name,
        description: 'samples',
        scheduleExpression: 'rate(1 hour)',
        scheduleExpressionTimezone: 'Europe/Berlin',
        state: 'DISABLED',
        flexibleTimeWindow: { mode: 'FLEXIBLE', maximumWindowInMinutes: 5 },
        target: {
          ...target,
          input: '{"a":1}',
          retryPolicy: { maximumRetryAttempts: 0, maximumEventAgeInSeconds: 3600 },
          deadLetterConfig: { arn: 'arn:aws:sqs:us-east-1:000000000000:dlq' },
        },
      },
      created: {
        Name: name,
        GroupName: 'default',
        Description: 'samples',
        ScheduleExpression: 'rate(1 hour)',
        ScheduleExpressionTimezone: 'Europe/Berlin',
        State: 'DISABLED',
        FlexibleTimeWindow: { Mode: 'FLEXIBLE', MaximumWindowInMinutes: 5 },
        Target: {
          Arn: target.arn,
          RoleArn: target.roleArn,
          Input: '{"a":1}',
          RetryPolicy: { MaximumRetryAttempts: 0, MaximumEventAgeInSeconds: 3600 },
          DeadLetterConfig: { Arn: 'arn:aws:sqs:us-east-1:000000000000:dlq' },
        },
      },
      update: {
        name,
        scheduleExpression: 'rate(2 hours)',
        state: 'DISABLED',
        flexibleTimeWindow: { mode: 'OFF' },
        target,
      },
      updated: {
        ScheduleExpression: 'rate(2 hours)',
        ScheduleExpressionTimezone: 'UTC',
        FlexibleTimeWindow: { Mode: 'OFF' },
      },
      outputs: { arn: `arn:aws:scheduler:us-east-1:000000000000:schedule/default/${name}` },
    }
  })

  testLifecycle(aws, 'aws:scheduler/scheduleGroup:ScheduleGroup', () => {
    const name = aws.mint('group')
    return { create: { name }, created: { Name: name } }
  })
})
