import { randomBytes } from 'node:crypto'
import { GetSecretValueCommand } from '@aws-sdk/client-secrets-manager'
import { s3Client, secretsClient } from '@lean-ops/common/aws/clients'
import { readEnv } from '@lean-ops/common/config/read-env'
import { connectDatabase, DatabaseEnv } from '@lean-ops/common/control-plane/connect'
import { AppError } from '@lean-ops/common/errors/app-error'
import { createLogger } from '@lean-ops/common/log/logger'
import { z } from 'zod'
import { ApiConfig } from './api-config.ts'
import type { ApiDeps } from './api-deps.ts'
import { createAuthenticate } from './auth/create-authenticate.ts'
import { createOidcClient } from './auth/oidc-client.ts'
import { createSealer } from './auth/sealer.ts'
import { buildPipelineReads } from './lake/build-pipeline-reads.ts'
import { buildOperationsDeps } from './operations/build-operations-deps.ts'

type Options = { connections: number }

const SecretEnv = z.object({
  /** The session secret itself, for a run without Secrets Manager. */
  SESSION_SECRET: z.string().min(32).optional(),
  SESSION_SECRET_ARN: z.string().min(1).optional(),
})

/** The API's dependencies from the environment; shared by both entries. Throws INVALID_CONFIG with every fault. */
export async function buildDeps(
  env: Record<string, string | undefined>,
  options: Options,
): Promise<{ deps: ApiDeps; close(): Promise<void> }> {
  const config = readEnv(ApiConfig, env)
  const database = readEnv(DatabaseEnv, env)
  const sealer = createSealer(await readSessionSecret(env), randomBytes)
  const controlPlane = await connectDatabase(database, {
    max: options.connections,
    applicationName: 'lean-ops-api',
    secrets: secretsClient(),
  })
  const logger = createLogger('api')
  const now = () => new Date()
  const oidc = createOidcClient({
    issuer: config.OIDC_ISSUER,
    clientId: config.OIDC_CLIENT_ID,
    clientSecret: config.OIDC_CLIENT_SECRET,
    fetch,
    now,
  })
  const auth = { db: controlPlane.db, config, oidc, sealer, now, random: randomBytes }
  return {
    deps: {
      ...auth,
      authenticate: createAuthenticate(auth),
      operations: buildOperationsDeps(config.OPERATIONS_URL),
      pipeline: buildPipelineReads(config),
      s3: s3Client(),
      log: {
        info: (message, fields) => logger.info(message, fields),
        error: (message, fields) => logger.error(message, fields),
      },
    },
    close: () => controlPlane.close(),
  }
}

async function readSessionSecret(env: Record<string, string | undefined>): Promise<string> {
  const { SESSION_SECRET: given, SESSION_SECRET_ARN: arn } = readEnv(SecretEnv, env)
  if (given !== undefined) return given
  if (arn === undefined) throw new AppError('INVALID_CONFIG', 'set SESSION_SECRET_ARN or SESSION_SECRET')
  const { SecretString: secret } = await secretsClient().send(new GetSecretValueCommand({ SecretId: arn }))
  if (!secret) throw new AppError('INVALID_CONFIG', 'the session secret has no text')
  return secret
}
