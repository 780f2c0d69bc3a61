import type { CloudWatchClient } from '@aws-sdk/client-cloudwatch'
import type { GlueClient } from '@aws-sdk/client-glue'
import type { LambdaClient } from '@aws-sdk/client-lambda'
import type { S3Client } from '@aws-sdk/client-s3'
import type { SQSClient } from '@aws-sdk/client-sqs'
import type { Database } from '@lean-ops/common/control-plane/connect'
import { topicStatus } from '@lean-ops/common/control-plane/schema/topic-status'
import { AppError } from '@lean-ops/common/errors/app-error'
import type { TopicRegistry } from '@lean-ops/common/topics/topic-registry'
import { isNotNull } from 'drizzle-orm'
import { readDeadLetterCounts } from './read-dead-letter-counts.ts'
import { readMappingStates } from './read-mapping-states.ts'
import { readOldestAges } from './read-oldest-ages.ts'
import { readQueueDepths } from './read-queue-depths.ts'
import { readRawHeads } from './read-raw-heads.ts'
import type { Reading } from './reading.ts'
import { saveSample } from './save-sample.ts'

export type SamplerDeps = {
  db: Database
  registry: TopicRegistry
  sqs: Pick<SQSClient, 'send'>
  cloudWatch: Pick<CloudWatchClient, 'send'>
  lambda: Pick<LambdaClient, 'send'>
  glue: Pick<GlueClient, 'send'>
  s3: Pick<S3Client, 'send'>
  /** Beginning of every topic's queue URL; topic and `-queue` follow. */
  queueUrlPrefix: string
  processorName: string
  rawDatabase: string
  now: () => Date
}

/** What one sample found, for the log: failures by source. */
export type SampleReport = { topics: number; failed: Record<string, number> }

/** Reads every source once, side by side, and saves what came through. Throws only when the control plane is away. */
export async function takeSample(deps: SamplerDeps): Promise<SampleReport> {
  const { db, now, registry } = deps
  const at = now()
  const topics = registry.topics.map((t) => t.topic)
  const queueName = (topic: string): string => {
    const found = registry.findByTopic(topic)
    if (found === undefined) throw new AppError('NOT_FOUND', `no topic "${topic}"`)
    return found.queueName
  }
  const known = await knownLocations(db)
  const queueUrl = (topic: string) => `${deps.queueUrlPrefix}${topic}-queue`
  const depths = readQueueDepths({ sqs: deps.sqs, queueUrl, now }, topics)
  const [queues, oldest, mappings, rawHeads, deadLetters] = await Promise.all([
    depths,
    depths.then((read) => readAges(deps, queueName, read)),
    readMappingStates({ lambda: deps.lambda, functionName: deps.processorName, queueName, now }, topics),
    readRawHeads({ glue: deps.glue, s3: deps.s3, database: deps.rawDatabase, now }, registry.topics, known),
    readDeadLetterCounts({ db, now }, topics),
  ])
  await saveSample(db, { at, queues, oldest, mappings, rawHeads, deadLetters })
  const failures = (readings: readonly Reading<unknown>[]) => readings.filter((r) => !r.ok).length
  return {
    topics: topics.length,
    failed: {
      queues: failures(queues),
      oldest: failures(oldest),
      mappings: failures(mappings),
      rawHeads: failures(rawHeads),
      deadLetters: failures(deadLetters),
    },
  }
}

/** An empty queue's oldest age is known to be nothing; only the others cost a metric. */
async function readAges(
  deps: SamplerDeps,
  queueName: (topic: string) => string,
  depths: readonly Awaited<ReturnType<typeof readQueueDepths>>[number][],
): Promise<Reading<number | null>[]> {
  const known = depths.filter((d) => d.ok)
  const waiting = known.filter((d) => d.value.visible > 0).map((d) => d.topic)
  const empty = known.filter((d) => d.value.visible === 0)
  const ages = await readOldestAges({ cloudWatch: deps.cloudWatch, queueName, now: deps.now }, waiting)
  return [...ages, ...empty.map((d): Reading<null> => ({ topic: d.topic, ok: true, at: d.at, value: null }))]
}

async function knownLocations(db: SamplerDeps['db']): Promise<Map<string, string>> {
  const rows = await db
    .select({ topic: topicStatus.topic, location: topicStatus.rawMetadataLocation })
    .from(topicStatus)
    .where(isNotNull(topicStatus.rawMetadataLocation))
  return new Map(rows.flatMap((row) => (row.location === null ? [] : [[row.topic, row.location] as const])))
}
