import { s3Client, secretsClient } from '@lean-ops/common/aws/clients'
import { readEnv } from '@lean-ops/common/config/read-env'
import { connectDatabase, DatabaseEnv } from '@lean-ops/common/control-plane/connect'
import { z } from 'zod'
import { planSemantic } from '../runs/plan-semantic.ts'

const Env = DatabaseEnv.extend({ STAGE: z.string().min(1), LAKE_BUCKET: z.string().min(1) })

const env = readEnv(Env, process.env)
const { db } = await connectDatabase(env, { applicationName: 'plan-semantic', secrets: secretsClient() })
const deps = { db, s3: s3Client(), stage: env.STAGE, lakeBucket: env.LAKE_BUCKET }

/** Semantic passes of a round, each with the curated snapshot it reads. */
export async function handler(event: { execution: string; round: number }) {
  return planSemantic(deps, event)
}
