import { glueClient, s3Client, secretsClient } from '@lean-ops/common/aws/clients'
import { readEnv } from '@lean-ops/common/config/read-env'
import { connectDatabase, DatabaseEnv } from '@lean-ops/common/control-plane/connect'
import { tableName } from '@lean-ops/common/topics/topic-names'
import { z } from 'zod'
import { refreshSnowflake } from '../runs/refresh-snowflake.ts'
import { openSnowflakeSession } from '../snowflake/open-snowflake-session.ts'
import { readSnowflakeAccess } from '../snowflake/read-snowflake-access.ts'
import { SnowflakeEnv } from '../snowflake/snowflake-config.ts'

const Env = DatabaseEnv.extend(SnowflakeEnv.shape).extend({ SEMANTIC_DATABASE: z.string().min(1) })

const env = readEnv(Env, process.env)
const { db } = await connectDatabase(env, { applicationName: 'refresh-snowflake', secrets: secretsClient() })
const access = await readSnowflakeAccess(env, { secrets: secretsClient })

const { SNOWFLAKE_CATALOG: catalog, SNOWFLAKE_EXTERNAL_VOLUME: volume, SEMANTIC_DATABASE: namespace } = env
const deps = {
  db,
  glue: glueClient(),
  s3: s3Client(),
  semanticDatabase: namespace,
  openSession: access && (() => openSnowflakeSession(access)),
  create:
    catalog === undefined
      ? undefined
      : {
          catalog,
          access:
            volume === undefined
              ? ({ by: 'vendedCredentials' } as const)
              : ({ by: 'externalVolume', volume } as const),
          source: (topic: string) => ({ namespace, catalogTable: tableName(topic) }),
          isAutoRefreshed: true,
        },
}

/** After the semantic commit of a run, or for the topics that a person names. */
export async function handler(event: { execution: string } | { topics: string[] }) {
  return refreshSnowflake(deps, event)
}
