import { createApi } from './api.ts'
import { createIdentity } from './auth.ts'
import { createBuckets } from './buckets.ts'
import { consoleUrlOf, createConsole, createOrigin } from './console.ts'
import { createDatabase } from './database.ts'
import { createDlqProcessor, createErrorIndexer, createErrorReconciler } from './dead-letters.ts'
import { createFirehose } from './firehose.ts'
import { functionMaker } from './functions.ts'
import { createIngestion } from './ingestion.ts'
import { createJobs } from './jobs.ts'
import { createKeys } from './keys.ts'
import { createLake } from './lake.ts'
import { createMigration } from './migrate.ts'
import { createMonitoring } from './monitoring.ts'
import { createOperations } from './operations.ts'
import { createOutcomes } from './outcomes.ts'
import { createQueues } from './queues.ts'
import { loadRandomProvider } from './random-provider.ts'
import { createRuns } from './runs.ts'
import { createSampler } from './sampling.ts'
import { createSchedules } from './schedule.ts'
import { createSecrets } from './secrets.ts'
import { describeStage } from './stage.ts'
import { compileTopics } from './topics.ts'

/** Everything Lean-Ops runs on, in the order it depends on each other. Returns what people and the local cloud need to know. */
export async function program() {
  const stage = describeStage()
  const topics = await compileTopics(stage.name)
  const keys = createKeys(stage)
  const buckets = createBuckets(stage, keys)
  const queues = createQueues(stage, keys, buckets, topics.topics)
  const lake = createLake(stage, buckets)
  const random = await loadRandomProvider()
  const secrets = createSecrets(stage, keys, random)
  const database = createDatabase(stage, keys, random)
  const createFunction = functionMaker(stage, keys, topics)
  const migration = await createMigration(stage, keys, buckets, lake, database, topics, createFunction)
  const shared = { stage, keys, buckets, queues, database, createFunction, migration }

  const firehose = createFirehose({ ...shared, lake, count: topics.streams })
  const processor = createIngestion({
    ...shared,
    lineageSecret: secrets.lineage,
    topics: topics.topics,
    streams: firehose.streams,
  })
  const dlqProcessor = createDlqProcessor(shared, secrets.lineage)
  const errorIndexer = createErrorIndexer(shared)
  const errorReconciler = createErrorReconciler(shared)
  const outcomesProcessor = createOutcomes(shared)
  const worker = createOperations(shared, secrets.lineage, lake)
  const sampler = createSampler(shared, lake)
  await createJobs({ stage, keys, buckets, lake, hashSecret: secrets.hash })
  const runs = createRuns({ ...shared, lake })
  createSchedules(stage, { sampler, worker, errorReconciler, dispatcher: runs.dispatcher })

  const origin = createOrigin(stage)
  const consoleUrl = consoleUrlOf(origin)
  const identity = createIdentity(stage, consoleUrl)
  const api = createApi({ ...shared, lake, identity, sessionSecret: secrets.session, consoleUrl })
  createConsole(origin, api)

  const alarms = createMonitoring(
    stage,
    keys,
    { queues, streams: firehose.streams, machine: runs.machine },
    {
      SqsProcessor: processor,
      FirehoseTransform: firehose.transform,
      DlqProcessor: dlqProcessor,
      ErrorIndexer: errorIndexer,
      ErrorReconciler: errorReconciler,
      OutcomesProcessor: outcomesProcessor,
      OperationsWorker: worker,
      Sampler: sampler,
      Api: api,
      ...runs.functions,
    },
  )
  return {
    console: consoleUrl,
    issuer: identity.issuer,
    lakeBucket: buckets.lake.name,
    archiveBucket: buckets.archive.name,
    errorsBucket: buckets.errors.name,
    rawDatabase: lake.raw.name,
    lineageSecret: secrets.lineage.arn,
    dlqUrl: queues.dlq.url,
    outcomesUrl: queues.outcomes.url,
    operationsUrl: queues.operations.url,
    stateMachine: runs.machine.arn,
    alarms: alarms.arn,
  }
}
