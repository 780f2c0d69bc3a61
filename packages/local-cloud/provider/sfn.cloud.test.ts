import { describe } from 'vitest'
import { testLifecycle } from './testing/test-lifecycle.ts'
import { useProvider } from './testing/use-provider.ts'

describe('Step Functions', () => {
  const aws = useProvider()

  testLifecycle(aws, 'aws:sfn/stateMachine:StateMachine', () => {
    const name = aws.mint('machine')
    const definition = (seconds: number) =>
      JSON.stringify({ StartAt: 'Wait', States: { Wait: { Type: 'Wait', Seconds: seconds, End: true } } })
    const roleArn = 'arn:aws:iam::000000000000:role/machine'
    return {
      create: {
        name,
        roleArn,
        definition: definition(1),
        loggingConfiguration: {
          level: 'ERROR',
          includeExecutionData: false,
          logDestination: 'arn:aws:logs:us-east-1:000000000000:log-group:m:*',
        },
      },
      created: {
        name,
        roleArn,
        type: 'STANDARD',
        definition: definition(1),
        loggingConfiguration: { level: 'ERROR', includeExecutionData: false },
      },
      update: { name, roleArn: `${roleArn}-2`, definition: definition(2) },
      updated: { roleArn: `${roleArn}-2`, definition: definition(2) },
      outputs: { arn: `arn:aws:states:us-east-1:000000000000:stateMachine:${name}` },
    }
  })
})
