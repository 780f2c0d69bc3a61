import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { glueClient, s3Client, secretsClient } from '@lean-ops/common/aws/clients'
import { readEnv } from '@lean-ops/common/config/read-env'
import { recordDeploy } from '@lean-ops/common/control-plane/changes/record-deploy'
import { connectDatabase, DatabaseEnv } from '@lean-ops/common/control-plane/connect'
import { syncContracts } from '@lean-ops/common/control-plane/contracts/sync-contracts'
import { migrateDatabase } from '@lean-ops/common/control-plane/migrate'
import { createLogger } from '@lean-ops/common/log/logger'
import { ContractBundle } from '@lean-ops/common/odcs/compile-contract-bundle'
import { createTopicRegistry } from '@lean-ops/common/topics/topic-registry'
import { z } from 'zod'
import { readAppPassword } from '../migration/read-app-password.ts'
import { ensureRawTables } from '../raw-tables/ensure-raw-tables.ts'

const Env = DatabaseEnv.extend({
  /** Set on AWS: the application's role and password, which the migration gives the database. */
  DATABASE_APP_SECRET_ARN: z.string().optional(),
  MIGRATIONS_DIR: z.string().default('drizzle'),
  TOPICS_FILE: z.string().default('topics.json'),
  CONTRACTS_FILE: z.string().default('contracts.json'),
  /** Set where the deploy knows it. */
  GIT_COMMIT: z.string().optional(),
  LAMBDA_TASK_ROOT: z.string().default('.'),
  LAKE_BUCKET: z.string(),
  RAW_DATABASE: z.string(),
})

const logger = createLogger('migrate')

/** Called by the deploy before any other function changes: database first, then contracts, then RAW tables. Throws what must stop the deploy. */
export async function handler(): Promise<{ migrations: string[]; created: string[]; extended: string[] }> {
  const env = readEnv(Env, process.env)
  const beside = (file: string): string => path.resolve(env.LAMBDA_TASK_ROOT, file)
  const secrets = secretsClient()
  const database = await connectDatabase(env, { applicationName: 'migrate', secrets })
  try {
    const appPassword = await readAppPassword({ secrets }, env.DATABASE_APP_SECRET_ARN)
    const { applied } = await migrateDatabase(database.pool, {
      directory: beside(env.MIGRATIONS_DIR),
      ...(appPassword === undefined ? {} : { appPassword }),
    })
    const bundle = ContractBundle.parse(JSON.parse(await readFile(beside(env.CONTRACTS_FILE), 'utf8')))
    // Before any table changes: a file older than what the jobs obey stops the deploy.
    const contracts = await syncContracts(database.db, bundle.contracts, env.GIT_COMMIT ?? null)
    const registry = createTopicRegistry(JSON.parse(await readFile(beside(env.TOPICS_FILE), 'utf8')))
    const tables = await ensureRawTables(
      { glue: glueClient(), s3: s3Client() },
      { database: env.RAW_DATABASE, bucket: env.LAKE_BUCKET, prefix: 'raw' },
      registry.topics.map((t) => t.tableName),
    )
    await recordDeploy(database.db, {
      gitCommit: env.GIT_COMMIT,
      details: { migrations: applied, contracts, created: tables.created, extended: tables.extended },
    })
    logger.info('migrated', { migrations: applied, contracts, ...tables })
    return { migrations: applied, created: tables.created, extended: tables.extended }
  } finally {
    await database.close()
  }
}
