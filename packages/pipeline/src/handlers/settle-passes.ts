import { s3Client, secretsClient } from '@lean-ops/common/aws/clients'
import { readEnv } from '@lean-ops/common/config/read-env'
import type { RunLayer } from '@lean-ops/common/contract/run'
import { connectDatabase, DatabaseEnv } from '@lean-ops/common/control-plane/connect'
import { z } from 'zod'
import { settlePasses } from '../runs/settle-passes.ts'

const Env = DatabaseEnv.extend({ LAKE_BUCKET: z.string().min(1) })

const env = readEnv(Env, process.env)
const { db } = await connectDatabase(env, { applicationName: 'settle-passes', secrets: secretsClient() })
const deps = { db, s3: s3Client(), lakeBucket: env.LAKE_BUCKET }

/** After a job: its results, topic by topic, into checkpoints and findings. */
export async function handler(event: { execution: string; layer: RunLayer }) {
  return settlePasses(deps, event)
}
