import type { Keys } from './keys.ts'
import type { RandomProvider } from './random-provider.ts'
import type { Stage } from './stage.ts'

export type Secrets = {
  /** Signs lineage (HMAC-SHA-256). */
  lineage: aws.secretsmanager.Secret
  /** Hashes classified values before they reach the semantic layer (HMAC-SHA-256): equal values stay equal, nobody reads them. */
  hash: aws.secretsmanager.Secret
  /** Encrypts the tokens that sessions hold. */
  session: aws.secretsmanager.Secret
}

/** Random keys that no person needs to know. Retained: what they signed or encrypted must stay readable. */
export function createSecrets(stage: Stage, keys: Keys, random: RandomProvider): Secrets {
  const secret = (name: string, suffix: string, description: string): aws.secretsmanager.Secret => {
    const created = new aws.secretsmanager.Secret(
      `${name}Secret`,
      {
        name: `${stage.prefix}-${suffix}`,
        description,
        kmsKeyId: keys.control.arn,
        // 0 = gone at once, so that a removed development stage can be deployed again under the same name.
        recoveryWindowInDays: stage.isProduction ? 30 : 0,
      },
      stage.keep,
    )
    // 32 bytes: the key length of both HMAC-SHA-256 and AES-256.
    const value = new random.RandomBytes(`${name}Key`, { length: 32 })
    new aws.secretsmanager.SecretVersion(`${name}SecretValue`, {
      secretId: created.id,
      secretString: value.base64,
    })
    return created
  }
  return {
    lineage: secret('Lineage', 'lineage', 'HMAC-SHA-256 key of the lean-ops message attribute'),
    hash: secret('Hash', 'hash', 'HMAC-SHA-256 key of hashed columns in the semantic layer'),
    session: secret('Session', 'session', 'AES-256 key of the tokens in sessions'),
  }
}
