import { createBuckets } from './buckets.ts'
import { createDatabase } from './database.ts'
import { createFirehose } from './firehose.ts'
import { functionMaker } from './functions.ts'
import { createIngestion } from './ingestion.ts'
import { createKeys } from './keys.ts'
import { createLake } from './lake.ts'
import { createMigration } from './migrate.ts'
import { createQueues } from './queues.ts'
import { createLineageSecret } from './secrets.ts'
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
  const lineageSecret = createLineageSecret(stage, keys)
  const database = createDatabase(stage, keys)
  const createFunction = functionMaker(stage, keys, topics)
  const migration = await createMigration(stage, keys, buckets, lake, database, topics, createFunction)
  const { streams } = createFirehose(stage, keys, buckets, lake, createFunction, topics.streams, migration)
  createIngestion(
    stage,
    keys,
    buckets,
    queues,
    lineageSecret,
    topics.topics,
    createFunction,
    streams,
    migration,
  )
  return {
    lakeBucket: buckets.lake.name,
    archiveBucket: buckets.archive.name,
    errorsBucket: buckets.errors.name,
    rawDatabase: lake.raw.name,
    lineageSecret: lineageSecret.arn,
    dlqUrl: queues.dlq.url,
    outcomesUrl: queues.outcomes.url,
    operationsUrl: queues.operations.url,
  }
}
