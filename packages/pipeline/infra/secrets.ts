import { RandomBytes } from '@pulumi/random'
import type { Keys } from './keys.ts'
import type { Stage } from './stage.ts'

/** The HMAC key that signs lineage. Retained: signatures on messages in flight must stay verifiable. */
export function createLineageSecret(stage: Stage, keys: Keys): aws.secretsmanager.Secret {
  const secret = new aws.secretsmanager.Secret(
    'LineageSecret',
    {
      name: `${stage.prefix}-lineage`,
      description: 'HMAC-SHA-256 key of the lean-ops message attribute',
      kmsKeyId: keys.control.arn,
      // 0 = gone at once, so that a removed development stage can be deployed again under the same name.
      recoveryWindowInDays: stage.isProduction ? 30 : 0,
    },
    stage.keep,
  )
  // 32 bytes: as long as the hash; more adds nothing.
  const value = new RandomBytes('LineageKey', { length: 32 })
  new aws.secretsmanager.SecretVersion('LineageSecretValue', {
    secretId: secret.id,
    secretString: value.base64,
  })
  return secret
}
