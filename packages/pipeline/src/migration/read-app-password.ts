import { GetSecretValueCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import { z } from 'zod'

const AppSecret = z.object({ password: z.string().min(1) })

/**
 * The password that the application's database role shall have, from its secret; undefined without one (the laptop, where
 * everything uses one role). Throws when the secret is not `{ username, password }`.
 */
export async function readAppPassword(
  deps: { secrets: Pick<SecretsManagerClient, 'send'> },
  secretArn: string | undefined,
): Promise<string | undefined> {
  if (secretArn === undefined) return undefined
  const { SecretString } = await deps.secrets.send(new GetSecretValueCommand({ SecretId: secretArn }))
  return AppSecret.parse(JSON.parse(SecretString ?? '{}')).password
}
