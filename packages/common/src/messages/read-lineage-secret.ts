import { GetSecretValueCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import { AppError } from '../errors/app-error.ts'

/** The stage's HMAC key for lineages, as its text. Throws INVALID_CONFIG when the secret is empty, else what the client throws. */
export async function readLineageSecret(
  client: Pick<SecretsManagerClient, 'send'>,
  secretArn: string,
): Promise<string> {
  const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId: secretArn }))
  if (!SecretString) throw new AppError('INVALID_CONFIG', 'the lineage secret has no text value')
  return SecretString
}
