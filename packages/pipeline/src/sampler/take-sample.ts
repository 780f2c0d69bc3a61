import type { CloudWatchClient } from '@aws-sdk/client-cloudwatch'
import type { GlueClient } from '@aws-sdk/client-glue'
import type { LambdaClient } from '@aws-sdk/client-lambda'
import type { S3Client } from '@aws-sdk/client-s3'
import type { SQSClient } from '@aws-sdk/client-sqs'
import type { Database } from '@lean-ops/common/control-plane/connect'
import { topicStatus } from '@lean-ops/common/control-plane/schema/topic-status'
import { AppError } from '@lean-ops/common/errors/app-error'
import type { TopicRegistry } from '@lean-ops/common/topics/topic-registry'
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

/**
 * Reads every source once, side by side, and saves what came through until `signal`: what did not come in time keeps its
 * last value beside the reason, and is asked first the next time. Throws only when the control plane is away.
 */
export async function takeSample(deps: SamplerDeps, signal: AbortSignal): Promise<SampleReport> {
  const { db, now, registry } = deps
  const at = now()
  const queueName = (topic: string): string => {
    const found = registry.findByTopic(topic)
    if (found === undefined) throw new AppError('NOT_FOUND', `no topic "${topic}"`)
    return found.queueName
  }
  const known = await readKnown(db)
  const readAt = (topic: string): number => known.get(topic)?.readAt?.getTime() ?? 0
  const ordered = [...registry.topics].sort((a, b) => readAt(a.topic) - readAt(b.topic))
  const topics = ordered.map((t) => t.topic)
  const queueUrl = (topic: string) => `${deps.queueUrlPrefix}${topic}-queue`
  const depths = readQueueDepths({ sqs: deps.sqs, queueUrl, now, signal }, topics)
  const [queues, oldest, mappings, rawHeads, deadLetters] = await Promise.all([
    depths,
    depths.then((read) => readAges(deps, queueName, read, signal)),
    readMappingStates(
      { lambda: deps.lambda, functionName: deps.processorName, queueName, now, signal },
      topics,
    ),
    readRawHeads(
      { glue: deps.glue, s3: deps.s3, database: deps.rawDatabase, now, signal },
      ordered,
      (topic) => known.get(topic)?.location ?? undefined,
    ),
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
  signal: AbortSignal,
): Promise<Reading<number | null>[]> {
  const known = depths.filter((d) => d.ok)
  const waiting = known.filter((d) => d.value.visible > 0).map((d) => d.topic)
  const empty = known.filter((d) => d.value.visible === 0)
  const ages = await readOldestAges(
    { cloudWatch: deps.cloudWatch, queueName, now: deps.now, signal },
    waiting,
  )
  return [...ages, ...empty.map((d): Reading<null> => ({ topic: d.topic, ok: true, at: d.at, value: null }))]
}

/** What earlier samples know of each topic: its RAW table's metadata file, and when its queue was last read. */
async function readKnown(
  db: SamplerDeps['db'],
): Promise<Map<string, { location: string | null; readAt: Date | null }>> {
  const rows = await db
    .select({
      topic: topicStatus.topic,
      location: topicStatus.rawMetadataLocation,
      readAt: topicStatus.queueCollectedAt,
    })
    .from(topicStatus)
  return new Map(rows.map((row) => [row.topic, row]))
}
