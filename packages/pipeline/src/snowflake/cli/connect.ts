import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { glueClient, s3Client, secretsClient } from '@lean-ops/common/aws/clients'
import { readEnv } from '@lean-ops/common/config/read-env'
import { databaseName, tableName } from '@lean-ops/common/topics/topic-names'
import { z } from 'zod'
import { UsageError } from '../../command-line/usage-error.ts'
import { openSnowflakeSession } from '../open-snowflake-session.ts'
import { readSnapshotChain } from '../read-snapshot-chain.ts'
import { readSnowflakeAccess } from '../read-snowflake-access.ts'
import type { SnapshotChain } from '../snapshot-chain.ts'
import { SnowflakeEnv } from '../snowflake-config.ts'
import type { SnowflakeSession } from '../snowflake-session.ts'
import type { FileAccess } from '../snowflake-statement.ts'
import type { Settings } from './settings.ts'

const RunFile = z.object({
  urls: z.object({ aws: z.url().optional(), snowflake: z.url().optional() }).default({}),
})

export type Connected = {
  session: SnowflakeSession
  readChain: (topic: string) => Promise<SnapshotChain | undefined>
}

/** Of every command: names in Snowflake and in Glue. */
export type Names = {
  catalog: string
  access: FileAccess
  source: (topic: string) => { namespace: string; catalogTable: string }
}

export function readNames({ env, stage }: Pick<Settings, 'env' | 'stage'>): Names {
  const { SNOWFLAKE_CATALOG: catalog, SNOWFLAKE_EXTERNAL_VOLUME: volume } = readEnv(SnowflakeEnv, env)
  return {
    catalog: catalog ?? 'LEAN_OPS',
    access: volume === undefined ? { by: 'vendedCredentials' } : { by: 'externalVolume', volume },
    source: (topic) => ({ namespace: databaseName(stage, 'semantic'), catalogTable: tableName(topic) }),
  }
}

/** Snowflake and the lake of the stage: of the running local cloud unless the environment names others. */
export async function connect({ env, stage, rootDir }: Settings): Promise<Connected> {
  const running = stage === 'local' ? await runningUrls(rootDir, env) : {}
  const merged = { ...(running.snowflake ? { SNOWFLAKE_URL: running.snowflake } : {}), ...env }
  // The stand-in is for who has named no account.
  if (env.SNOWFLAKE_ACCOUNT !== undefined) delete merged.SNOWFLAKE_URL
  const access = await readSnowflakeAccess(readEnv(SnowflakeEnv, merged), { secrets: secretsClient })
  if (access === undefined)
    throw new UsageError(
      'no Snowflake: start the local cloud (npm start) or set SNOWFLAKE_ACCOUNT and its key',
    )
  if (running.aws !== undefined && env.AWS_ENDPOINT_URL === undefined)
    Object.assign(process.env, {
      AWS_ENDPOINT_URL: running.aws,
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
    })
  const lake = { glue: glueClient(), s3: s3Client() }
  const { source } = readNames({ env, stage })
  return {
    session: await openSnowflakeSession(access),
    readChain: (topic) => readSnapshotChain(lake, source(topic).namespace, source(topic).catalogTable),
  }
}

async function runningUrls(
  rootDir: string,
  env: NodeJS.ProcessEnv,
): Promise<z.infer<typeof RunFile>['urls']> {
  const file = path.resolve(rootDir, env.LEAN_OPS_LOCAL_DIR || '.local', 'run.json')
  try {
    return RunFile.parse(JSON.parse(await readFile(file, 'utf8'))).urls
  } catch {
    // No cloud runs here: the environment has to say everything.
    return {}
  }
}
