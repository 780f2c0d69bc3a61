import { randomBytes } from 'node:crypto'
import { secretsClient } from '@lean-ops/common/aws/clients'
import { readEnv } from '@lean-ops/common/config/read-env'
import { connectDatabase, DatabaseEnv } from '@lean-ops/common/control-plane/connect'
import { createLogger } from '@lean-ops/common/log/logger'
import { ApiConfig } from './api-config.ts'
import type { ApiDeps } from './api-deps.ts'

type Options = { connections: number }

/** The API's dependencies from the environment; shared by both entries. Throws INVALID_CONFIG with every fault. */
export async function buildDeps(
  env: Record<string, string | undefined>,
  options: Options,
): Promise<{ deps: ApiDeps; close(): Promise<void> }> {
  const config = readEnv(ApiConfig, env)
  const database = readEnv(DatabaseEnv, env)
  const controlPlane = await connectDatabase(database, {
    max: options.connections,
    applicationName: 'lean-ops-api',
    ...(database.DATABASE_SECRET_ARN === undefined ? {} : { secrets: secretsClient() }),
  })
  const logger = createLogger('api')
  return {
    deps: {
      db: controlPlane.db,
      config,
      authenticate: async () => ({
        kind: 'user',
        id: 'unauthenticated-skeleton',
        name: 'Local viewer',
        email: null,
        grants: config.STAGE === 'local' ? [{ role: 'viewer', owners: '*' }] : [],
        sessionId: null,
      }),
      now: () => new Date(),
      random: randomBytes,
      log: {
        info: (message, fields) => logger.info(message, fields),
        error: (message, fields) => logger.error(message, fields),
      },
    },
    close: () => controlPlane.close(),
  }
}
