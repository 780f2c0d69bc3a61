import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics'
import { s3Client, secretsClient } from '@lean-ops/common/aws/clients'
import { readEnv } from '@lean-ops/common/config/read-env'
import type { RunLayer } from '@lean-ops/common/contract/run'
import { connectDatabase, DatabaseEnv } from '@lean-ops/common/control-plane/connect'
import { createLogger } from '@lean-ops/common/log/logger'
import { z } from 'zod'
import { settlePasses } from '../runs/settle-passes.ts'

const Env = DatabaseEnv.extend({ LAKE_BUCKET: z.string().min(1) })

const env = readEnv(Env, process.env)
const { db } = await connectDatabase(env, { applicationName: 'settle-passes', secrets: secretsClient() })
const logger = createLogger('settle-passes')
const metrics = new Metrics({ namespace: 'LeanOps', serviceName: 'pipeline-run' })
const deps = { db, s3: s3Client(), lakeBucket: env.LAKE_BUCKET }

/** After a job: its results, topic by topic, into checkpoints and findings. */
export async function handler(event: { execution: string; layer: RunLayer }) {
  const { spikes, ...counts } = await settlePasses(deps, event)
  for (const topic of spikes)
    logger.warn('too many rows refused', { topic, execution: event.execution, layer: event.layer })
  if (spikes.length > 0) {
    metrics.addMetric('CdeSpikes', MetricUnit.Count, spikes.length)
    metrics.publishStoredMetrics()
  }
  return counts
}
