import { GetSecretValueCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import { drizzle, type NodePgDatabase } from 'drizzle-orm/node-postgres'
import pg from 'pg'
import { z } from 'zod'
import { AppError } from '../errors/app-error.ts'

/** What a store needs: the pool's database or an open transaction. */
export type Database = Pick<
  NodePgDatabase,
  'execute' | 'transaction' | 'select' | 'insert' | 'update' | 'delete'
>

/** A database whose pool can be asked for a connection. */
export type PooledDatabase = Database & { $client: pg.Pool }

export type ControlPlane = {
  db: NodePgDatabase & { $client: pg.Pool }
  pool: pg.Pool
  close(): Promise<void>
}

/** `DATABASE_URL` (laptop, tests), or the three variables of Aurora with its secret in Secrets Manager. */
export const DatabaseEnv = z.object({
  DATABASE_URL: z.string().optional(),
  DATABASE_SECRET_ARN: z.string().optional(),
  DATABASE_HOST: z.string().optional(),
  DATABASE_NAME: z.string().optional(),
})

type Options = {
  /** Connections; a Lambda needs one, because it works on one event at a time. */
  max?: number
  applicationName?: string
  /** Needed only with DATABASE_SECRET_ARN. */
  secrets?: Pick<SecretsManagerClient, 'send'>
}

/** Opens the control plane. Nothing connects before the first query. Throws INVALID_CONFIG when the variables are not complete. */
export async function connectDatabase(
  env: z.input<typeof DatabaseEnv>,
  options: Options = {},
): Promise<ControlPlane> {
  const pool = new pg.Pool({
    ...(await connection(env, options)),
    max: options.max ?? 1,
    application_name: options.applicationName ?? 'lean-ops',
    connectionTimeoutMillis: 5_000,
    idleTimeoutMillis: 60_000,
    keepAlive: true,
    // What is asked without waiting for the answer before (`inOneFlight`) goes out at once.
    pipeline: true,
  })
  // A connection that the server closes must not end the process, neither an idle one nor one in the middle of a transaction:
  // its query fails, and the next one opens another.
  pool.on('error', () => undefined)
  pool.on('connect', (client) => client.on('error', () => undefined))
  return { db: drizzle(pool), pool, close: () => pool.end() }
}

const Secret = z.object({ username: z.string(), password: z.string() })

async function connection(env: z.input<typeof DatabaseEnv>, options: Options): Promise<pg.PoolConfig> {
  if (env.DATABASE_URL) return { connectionString: env.DATABASE_URL }
  const { DATABASE_SECRET_ARN: arn, DATABASE_HOST: host, DATABASE_NAME: database } = env
  if (!arn || !host || !database || !options.secrets)
    throw new AppError(
      'INVALID_CONFIG',
      'set DATABASE_URL, or DATABASE_SECRET_ARN with DATABASE_HOST and DATABASE_NAME',
    )
  const secret = await options.secrets.send(new GetSecretValueCommand({ SecretId: arn }))
  const { username: user, password } = Secret.parse(JSON.parse(secret.SecretString ?? '{}'))
  return { host, database, user, password, ssl: { rejectUnauthorized: true } }
}
