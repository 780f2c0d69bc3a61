import { describe } from 'vitest'
import { testLifecycle } from './testing/test-lifecycle.ts'
import { useProvider } from './testing/use-provider.ts'

describe('Secrets Manager', () => {
  const aws = useProvider()

  testLifecycle(aws, 'aws:secretsmanager/secret:Secret', () => {
    const name = aws.mint('secret')
    return {
      create: { name, description: 'lineage', kmsKeyId: 'alias/control', recoveryWindowInDays: 0 },
      created: { Name: name, Description: 'lineage', KmsKeyId: 'alias/control' },
      update: { name, description: 'session', kmsKeyId: 'alias/other' },
      updated: { Description: 'session', KmsKeyId: 'alias/other' },
      outputs: { name },
    }
  })

  testLifecycle(aws, 'aws:secretsmanager/secretVersion:SecretVersion', async () => {
    const secret = await aws.put('aws:secretsmanager/secret:Secret', { name: aws.mint('versions') })
    return {
      create: { secretId: secret.id, secretString: 'one' },
      created: { SecretString: 'one', VersionStages: ['AWSCURRENT'] },
      update: { secretId: secret.id, secretString: 'two' },
      updated: { SecretString: 'two' },
      staysAfterRemoval: true,
    }
  })
})
