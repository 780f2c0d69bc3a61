import { describe } from 'vitest'
import { testLifecycle } from './testing/test-lifecycle.ts'
import { useProvider } from './testing/use-provider.ts'

describe('KMS', () => {
  const aws = useProvider()
  const policy = (sid: string) =>
    JSON.stringify({
      Version: '2012-10-17',
      Statement: [
        {
          Sid: sid,
          Effect: 'Allow',
          Principal: { AWS: 'arn:aws:iam::000000000000:root' },
          Action: 'kms:*',
          Resource: '*',
        },
      ],
    })

  testLifecycle(aws, 'aws:kms/key:Key', () => ({
    create: {
      description: 'data',
      enableKeyRotation: true,
      policy: policy('First'),
      deletionWindowInDays: 7,
    },
    created: { Description: 'data', KeyRotationEnabled: true, Policy: policy('First'), KeyState: 'Enabled' },
    update: { description: 'data, again', enableKeyRotation: false, policy: policy('Second') },
    updated: { Description: 'data, again', KeyRotationEnabled: false, Policy: policy('Second') },
  }))

  testLifecycle(aws, 'aws:kms/alias:Alias', async () => {
    const [first, second] = [
      await aws.put('aws:kms/key:Key', { description: 'a' }),
      await aws.put('aws:kms/key:Key', { description: 'b' }),
    ]
    const name = `alias/${aws.mint('key')}`
    return {
      create: { name, targetKeyId: first.id },
      created: { AliasName: name, TargetKeyId: first.id },
      update: { name, targetKeyId: second.id },
      updated: { TargetKeyId: second.id },
      outputs: { arn: `arn:aws:kms:us-east-1:000000000000:${name}` },
    }
  })
})
