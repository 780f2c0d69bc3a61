import { type ControlPlaneDeps, createDatabaseFunction, pollQueue } from './control-plane.ts'
import { jobNameOf } from './jobs.ts'
import type { Lake } from './lake.ts'
import {
  consume,
  glueTables,
  readObjects,
  readSecret,
  sendTo,
  topicQueues,
  useKey,
  writeObjects,
} from './permissions.ts'
import { queueUrlPrefix } from './queues.ts'
import { machineArn, machineName } from './runs.ts'

/** The worker behind every action of an operator. */
export function createOperations(
  deps: ControlPlaneDeps,
  lineageSecret: aws.secretsmanager.Secret,
  lake: Lake,
): sst.aws.Function {
  const { stage, keys, buckets, queues } = deps
  const worker = createDatabaseFunction(deps, 'operations-worker', {
    memory: '512 MB',
    reserved: 20,
    environment: {
      OPERATIONS_URL: queues.operations.url,
      ARCHIVE_BUCKET: buckets.archive.name,
      RAW_DATABASE: lake.raw.name,
      ...(stage.isLocal ? {} : { AUDIT_LOCK_DAYS: stage.isProduction ? '2557' : '1' }),
      LINEAGE_SECRET_ARN: lineageSecret.arn,
      QUEUE_URL_PREFIX: queueUrlPrefix(queues),
      STATE_MACHINE_ARN: machineArn(stage),
      LAKE_BUCKET: buckets.lake.name,
      SEMANTIC_DATABASE: lake.semantic.name,
      SNOWFLAKE_FUNCTION: `${stage.prefix}-refresh-snowflake`,
      ACCOUNT_JOB: jobNameOf(stage, 'account'),
      MAINTENANCE_JOB: jobNameOf(stage, 'maintenance'),
      REBUILD_JOB: jobNameOf(stage, 'rebuild'),
    },
    permissions: [
      consume(queues.operations.arn),
      // Replays go to the topics' queues; the rest of a long operation goes back to its own.
      sendTo(topicQueues(stage), queues.operations.arn),
      readObjects(buckets.archive),
      readObjects(buckets.errors),
      // A replay of what had failed in delivery is resolved by its row in RAW.
      glueTables(stage, ['glue:GetTable'], lake.raw),
      readObjects(buckets.lake),
      writeObjects(buckets.archive),
      changeMappings(deps),
      ...startWork(deps, lake),
      // Exports of the audit cannot be changed or deleted for seven years.
      ...(stage.isLocal
        ? []
        : [
            {
              actions: ['s3:PutObjectRetention'],
              resources: [$interpolate`${buckets.archive.arn}/audit/*`],
            },
          ]),
      // An export that is cancelled takes its unfinished parts with it.
      { actions: ['s3:AbortMultipartUpload'], resources: [$interpolate`${buckets.archive.arn}/*`] },
      readSecret(lineageSecret.arn),
      useKey(keys.data),
      useKey(keys.control),
    ],
  })
  // One slice of one operation per invocation: a failing operation must not take others with it.
  pollQueue('Operations', queues.operations, worker, { batchSize: 1, windowSeconds: 0, concurrency: 20 })
  return worker
}

/** Pauses a topic's ingest. Mappings have ids of AWS's own, so the right hangs on the one function they feed. */
function changeMappings({ stage }: ControlPlaneDeps): sst.aws.FunctionPermissionArgs {
  const at = $interpolate`arn:aws:lambda:${stage.region}:${stage.account}`
  return {
    actions: ['lambda:UpdateEventSourceMapping'],
    resources: [$interpolate`${at}:event-source-mapping:*`],
    conditions: [
      {
        test: 'ArnEquals',
        variable: 'lambda:FunctionArn',
        values: [$interpolate`${at}:function:${stage.prefix}-sqs-processor`],
      },
    ],
  }
}

/** Runs, refreshes, counts, and the tables of a contract that is activated. */
function startWork({ stage, buckets }: ControlPlaneDeps, lake: Lake): sst.aws.FunctionPermissionArgs[] {
  const lakeFolder = (folder: string) => $interpolate`${buckets.lake.arn}/${folder}/*`
  const at = (service: string, resource: string) =>
    $interpolate`arn:aws:${service}:${stage.region}:${stage.account}:${resource}`
  return [
    { actions: ['states:StartExecution'], resources: [machineArn(stage)] },
    { actions: ['states:StopExecution'], resources: [at('states', `execution:${machineName(stage)}:*`)] },
    {
      actions: ['lambda:InvokeFunction'],
      resources: [at('lambda', `function:${stage.prefix}-refresh-snowflake`)],
    },
    {
      // Runs are found by their plan: a worker that died after a start is replaced by one that sees it.
      actions: ['glue:StartJobRun', 'glue:GetJobRuns'],
      resources: (['account', 'maintenance', 'rebuild'] as const).map((job) =>
        at('glue', `job/${jobNameOf(stage, job)}`),
      ),
    },
    glueTables(
      stage,
      ['glue:GetDatabase', 'glue:GetTable', 'glue:CreateTable', 'glue:UpdateTable'],
      lake.semantic,
    ),
    // Keys to re-evaluate, plans of jobs and the leases they check, and the metadata that Glue writes as this role.
    {
      actions: ['s3:PutObject'],
      resources: ['keys', 'plans', 'leases', 'semantic'].map(lakeFolder),
    },
  ]
}
