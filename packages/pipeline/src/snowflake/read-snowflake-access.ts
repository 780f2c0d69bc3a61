import { readFile } from 'node:fs/promises'
import { GetSecretValueCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import { AppError } from '@lean-ops/common/errors/app-error'
import { type SnowflakeAccess, type SnowflakeEnv, SnowflakeSecret } from './snowflake-config.ts'

type Deps = { secrets: () => Pick<SecretsManagerClient, 'send'> }

/** How to reach Snowflake by this environment; undefined when it names none. Throws INVALID_CONFIG on half of a way. */
export async function readSnowflakeAccess(
  env: SnowflakeEnv,
  deps: Deps,
): Promise<SnowflakeAccess | undefined> {
  if (env.SNOWFLAKE_URL !== undefined) return { by: 'standIn', url: env.SNOWFLAKE_URL }
  if (env.SNOWFLAKE_SECRET_ARN !== undefined)
    return { by: 'keyPair', ...(await readSecret(env.SNOWFLAKE_SECRET_ARN, deps)) }
  const { SNOWFLAKE_ACCOUNT: account, SNOWFLAKE_USER: user, SNOWFLAKE_PRIVATE_KEY_FILE: file } = env
  if (account === undefined && user === undefined && file === undefined) return undefined
  if (account === undefined || user === undefined || file === undefined)
    throw new AppError(
      'INVALID_CONFIG',
      'Snowflake needs all three of SNOWFLAKE_ACCOUNT, SNOWFLAKE_USER and SNOWFLAKE_PRIVATE_KEY_FILE',
    )
  return {
    by: 'keyPair',
    account,
    user,
    privateKey: await readFile(file, 'utf8'),
    ...(env.SNOWFLAKE_ROLE === undefined ? {} : { role: env.SNOWFLAKE_ROLE }),
    ...(env.SNOWFLAKE_WAREHOUSE === undefined ? {} : { warehouse: env.SNOWFLAKE_WAREHOUSE }),
  }
}

async function readSecret(arn: string, { secrets }: Deps): Promise<SnowflakeSecret> {
  const { SecretString: text } = await secrets().send(new GetSecretValueCommand({ SecretId: arn }))
  const parsed = SnowflakeSecret.safeParse(JSON.parse(text ?? '{}'))
  if (parsed.success) return parsed.data
  const faults = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`)
  // Never the value: it holds a private key.
  throw new AppError('INVALID_CONFIG', `the Snowflake secret ${arn} is not complete: ${faults.join('; ')}`)
}
