import { readEnv } from '@lean-ops/common/config/read-env'
import { createLogger } from '@lean-ops/common/log/logger'
import { loadTopicRegistry } from '@lean-ops/common/topics/load-topic-registry'
import * as z from 'zod'
import { type FirehoseRecord, type RoutedRecord, routeRecords } from '../transform/route-records.ts'

const Env = z.object({
  RAW_DATABASE: z.string().min(1),
  TOPICS_FILE: z.string().default('topics.json'),
  LAMBDA_TASK_ROOT: z.string().default('.'),
})

const env = readEnv(Env, process.env)
const logger = createLogger('firehose-transform')
const registry = await loadTopicRegistry(env)

/** Called by Firehose with up to 3 MB of records: names each one's RAW table. */
export async function handler(event: {
  invocationId: string
  records: FirehoseRecord[]
}): Promise<{ records: RoutedRecord[] }> {
  const { records, refusals } = routeRecords(event.records, registry, env.RAW_DATABASE)
  if (refusals.unroutable > 0 || refusals.overflow > 0)
    logger.error('records refused', { invocationId: event.invocationId, total: records.length, ...refusals })
  return { records }
}
