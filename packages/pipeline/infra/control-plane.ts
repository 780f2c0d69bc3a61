import type { Buckets } from './buckets.ts'
import type { Database } from './database.ts'
import type { CreateFunction, FunctionName } from './functions.ts'
import type { Keys } from './keys.ts'
import type { Queues } from './queues.ts'
import type { Stage } from './stage.ts'

/** What every function that keeps the database true is made from. */
export type ControlPlaneDeps = {
  stage: Stage
  keys: Keys
  buckets: Buckets
  queues: Queues
  database: Database
  createFunction: CreateFunction
  migration: aws.lambda.Invocation
}

type Needs = {
  memory: `${number} MB`
  /** Each concurrent copy holds one database connection; their sum is checked against the server's limit. */
  reserved: number
  environment?: Record<string, $util.Input<string>>
  permissions: sst.aws.FunctionPermissionArgs[]
}

/** A function of `packages/pipeline/src/handlers` that works on the database as the application. */
export function createDatabaseFunction(
  { database, createFunction, migration }: ControlPlaneDeps,
  name: FunctionName,
  needs: Needs,
): sst.aws.Function {
  return createFunction(
    {
      name,
      handler: `packages/pipeline/src/handlers/${name}.handler`,
      memory: needs.memory,
      reserved: needs.reserved,
      environment: { ...database.application.environment, ...needs.environment },
      permissions: [...needs.permissions, ...database.application.permissions],
      ...(database.vpc === undefined ? {} : { vpc: database.vpc }),
    },
    // New code never meets an old schema.
    [migration],
  )
}

/** Feeds a shared queue to its function: partial responses, and never more at once than the function may run. */
export function pollQueue(
  name: string,
  queue: aws.sqs.Queue,
  consumer: sst.aws.Function,
  options: { batchSize: number; windowSeconds: number; concurrency: number },
): void {
  new aws.lambda.EventSourceMapping(`${name}_Mapping`, {
    eventSourceArn: queue.arn,
    functionName: consumer.name,
    batchSize: options.batchSize,
    maximumBatchingWindowInSeconds: options.windowSeconds,
    functionResponseTypes: ['ReportBatchItemFailures'],
    scalingConfig: { maximumConcurrency: options.concurrency },
  })
}
