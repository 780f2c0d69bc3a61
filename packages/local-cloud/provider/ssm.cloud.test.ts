import { describe } from 'vitest'
import { testLifecycle } from './testing/test-lifecycle.ts'
import { useProvider } from './testing/use-provider.ts'

describe('SSM', () => {
  const aws = useProvider()

  testLifecycle(aws, 'aws:ssm/parameter:Parameter', () => {
    const name = `/t/${aws.mint('parameter')}`
    return {
      create: { name, type: 'String', value: 'one', description: 'a value' },
      created: { Name: name, Type: 'String', Value: 'one' },
      update: { name, type: 'SecureString', value: 'two' },
      updated: { Type: 'SecureString', Value: 'two' },
      outputs: { arn: `arn:aws:ssm:us-east-1:000000000000:parameter${name}` },
    }
  })
})
