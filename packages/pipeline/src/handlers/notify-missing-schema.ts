import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics'
import { secretsClient } from '@lean-ops/common/aws/clients'
import { readEnv } from '@lean-ops/common/config/read-env'
import { connectDatabase, DatabaseEnv } from '@lean-ops/common/control-plane/connect'
import { recordMissingSchemas } from '@lean-ops/common/control-plane/runs/record-missing-schemas'
import { createLogger } from '@lean-ops/common/log/logger'

const env = readEnv(DatabaseEnv, process.env)
const { db } = await connectDatabase(env, {
  applicationName: 'notify-missing-schema',
  secrets: secretsClient(),
})
const logger = createLogger('notify-missing-schema')
const metrics = new Metrics({ namespace: 'LeanOps', serviceName: 'pipeline-run' })

/** A finding, a log line and a metric: once per topic and state of its contract, however often the run comes by. */
export async function handler({ execution }: { execution: string }): Promise<{ notified: number }> {
  const topics = await recordMissingSchemas(db, execution)
  for (const topic of topics) logger.warn('no schema: rows stop at the curated layer', { topic, execution })
  if (topics.length > 0) {
    metrics.addMetric('MissingSchema', MetricUnit.Count, topics.length)
    metrics.publishStoredMetrics()
  }
  return { notified: topics.length }
}
