import { type ControlPlaneDeps, createDatabaseFunction, pollQueue } from './control-plane.ts'
import { consume, listBucket, readObjects, readSecret, sendTo, useKey, writeObjects } from './permissions.ts'

/** Every message of the DLQ becomes a row, its body an archive object. */
export function createDlqProcessor(
  deps: ControlPlaneDeps,
  lineageSecret: aws.secretsmanager.Secret,
): sst.aws.Function {
  const { keys, buckets, queues } = deps
  // Few at a time: each invocation writes one archive object and one transaction of a few hundred rows.
  const dlqProcessor = createDatabaseFunction(deps, 'dlq-processor', {
    memory: '512 MB',
    reserved: 10,
    environment: { ARCHIVE_BUCKET: buckets.archive.name, LINEAGE_SECRET_ARN: lineageSecret.arn },
    permissions: [
      consume(queues.dlq.arn),
      // Bodies go to the archive; a claim check among the dead letters is read back from there.
      writeObjects(buckets.archive),
      readObjects(buckets.archive),
      readSecret(lineageSecret.arn),
      useKey(keys.data),
      useKey(keys.control),
    ],
  })
  pollQueue('Dlq', queues.dlq, dlqProcessor, { batchSize: 500, windowSeconds: 5, concurrency: 10 })
  return dlqProcessor
}

/** Every record in Firehose's error objects becomes a row too. */
export function createErrorIndexer(deps: ControlPlaneDeps): sst.aws.Function {
  const { keys, buckets, queues } = deps
  const errorIndexer = createDatabaseFunction(deps, 'error-indexer', {
    memory: '1024 MB',
    reserved: 4,
    environment: { ARCHIVE_BUCKET: buckets.archive.name },
    permissions: [
      consume(queues.errorObjects.arn),
      readObjects(buckets.errors),
      // Firehose's records are base64 inside its own format: bodies are archived once, readable.
      writeObjects(buckets.archive),
      useKey(keys.data),
    ],
  })
  // One notification can stand for 64 MB of records: a handful per invocation.
  pollQueue('ErrorObjects', queues.errorObjects, errorIndexer, {
    batchSize: 5,
    windowSeconds: 0,
    concurrency: 4,
  })
  return errorIndexer
}

/** Compares the error prefix with the index, because a notification can be lost. */
export function createErrorReconciler(deps: ControlPlaneDeps): sst.aws.Function {
  const { keys, buckets, queues } = deps
  return createDatabaseFunction(deps, 'error-reconciler', {
    memory: '512 MB',
    reserved: 1,
    environment: { ERRORS_BUCKET: buckets.errors.name, ERROR_OBJECTS_URL: queues.errorObjects.url },
    permissions: [
      listBucket(buckets.errors),
      // What a notification missed is announced again on the same queue, and indexed the same way.
      sendTo(queues.errorObjects.arn),
      useKey(keys.data),
    ],
  })
}
