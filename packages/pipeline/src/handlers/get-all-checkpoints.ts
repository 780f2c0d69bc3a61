import { glueClient, s3Client, secretsClient } from '@lean-ops/common/aws/clients'
import { readEnv } from '@lean-ops/common/config/read-env'
import { connectDatabase, DatabaseEnv } from '@lean-ops/common/control-plane/connect'
import { z } from 'zod'
import { openRound, type RoundOpened } from '../runs/open-round.ts'

const Env = DatabaseEnv.extend({
  STAGE: z.string().min(1),
  LAKE_BUCKET: z.string().min(1),
  RAW_DATABASE: z.string().min(1),
})

const env = readEnv(Env, process.env)
const { db } = await connectDatabase(env, {
  applicationName: 'get-all-checkpoints',
  secrets: secretsClient(),
})
const deps = {
  db,
  s3: s3Client(),
  glue: glueClient(),
  stage: env.STAGE,
  lakeBucket: env.LAKE_BUCKET,
  rawDatabase: env.RAW_DATABASE,
  now: () => new Date(),
}

type Event = { execution: string; arn: string; round: number; input?: unknown }

/** First step of every round of `pipeline-run`: leases, checkpoints and curated passes of all its topics in one call. */
export async function handler({ execution, arn, round, input }: Event): Promise<RoundOpened> {
  return openRound(deps, { execution, arn, round, input })
}
