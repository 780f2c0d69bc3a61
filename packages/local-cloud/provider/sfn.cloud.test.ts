import { describe } from 'vitest'
import { testLifecycle } from './testing/test-lifecycle.ts'
import { useProvider } from './testing/use-provider.ts'

describe('Step Functions', () => {
  const aws = useProvider()
  const plainRole = async (word: string) => {
    const Statement = [
      { Effect: 'Allow', Principal: { Service: 'states.amazonaws.com' }, Action: 'sts:AssumeRole' },
    ]
    const assumeRolePolicy = JSON.stringify({ Version: '2012-10-17', Statement })
    const role = await aws.put('aws:iam/role:Role', { name: aws.mint(word), assumeRolePolicy })
    return String(role.outputs.arn)
  }

  testLifecycle(aws, 'aws:sfn/stateMachine:StateMachine', async () => {
    const name = aws.mint('machine')
    const definition = (seconds: number) =>
      JSON.stringify({ StartAt: 'Wait', States: { Wait: { Type: 'Wait', Seconds: seconds, End: true } } })
    const [roleArn, otherRoleArn] = [await plainRole('first'), await plainRole('second')]
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
      update: { name, roleArn: otherRoleArn, definition: definition(2) },
      updated: { roleArn: otherRoleArn, definition: definition(2) },
      outputs: { arn: `arn:aws:states:us-east-1:000000000000:stateMachine:${name}` },
    }
  })
})
