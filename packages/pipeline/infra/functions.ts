import type { Keys } from './keys.ts'
import type { Stage } from './stage.ts'
import type { Topics } from './topics.ts'

const timeoutSeconds = {
  // In-call retries of refused records live within the remaining time of this minute.
  'sqs-processor': 60,
  // Firehose gives a transform five minutes; a batch of 1 MiB takes milliseconds.
  'firehose-transform': 60,
  'dlq-processor': 60,
  'error-indexer': 120,
  'outcomes-processor': 30,
  // Runs every minute: the next one must find it finished.
  sampler: 50,
  // One bounded slice of an operation; longer work re-enqueues itself.
  'operations-worker': 120,
  'error-reconciler': 300,
  // Metadata of every table of a run, its leases and its plan.
  'get-all-checkpoints': 300,
  'plan-semantic': 120,
  'settle-passes': 120,
  'check-schemas': 30,
  'notify-missing-schema': 30,
  // Statements to Snowflake, one warehouse's pace.
  'refresh-snowflake': 300,
  'end-run': 60,
  'record-failure': 120,
  'release-run': 120,
  'start-successor': 60,
  // Runs every minute: the next one must find it finished.
  dispatcher: 55,
  // 700 tables, ten at a time, and the database migrations before them.
  migrate: 900,
  // API Gateway and CloudFront give up after 30 s.
  api: 29,
} as const
export type FunctionName = keyof typeof timeoutSeconds

/**
 * Timeout of a function. Queues ask too: they hide a message for six times their consumer's timeout.
 * In `sst dev` it is Lambda's maximum, so that nobody is cut off at a breakpoint.
 */
export const timeoutSecondsOf = (name: FunctionName): number => ($dev ? 900 : timeoutSeconds[name])

export type FunctionSpec = {
  name: FunctionName
  /** Path of the file and its export, e.g. `packages/pipeline/src/handlers/migrate.handler`. */
  handler: string
  memory: `${number} MB`
  environment?: Record<string, $util.Input<string>>
  permissions: sst.aws.FunctionPermissionArgs[]
  /** Reserved concurrency; undefined = whatever the account has left. */
  reserved?: number
  vpc?: sst.aws.FunctionArgs['vpc']
  /** More files for the zip, besides the topic registry. */
  copyFiles?: { from: string; to: string }[]
  url?: boolean
  /** False: deployed as it is even in `sst dev`, because the deploy itself calls it. */
  live?: boolean
}

export type CreateFunction = (spec: FunctionSpec, dependsOn?: $util.Resource[]) => sst.aws.Function

/** A maker of this stage's functions: fixed names, one runtime, encrypted logs with retention, the topic registry beside the handler. */
export function functionMaker(stage: Stage, keys: Keys, topics: Topics): CreateFunction {
  return (spec, dependsOn = []) =>
    new sst.aws.Function(
      logicalName(spec.name),
      {
        name: `${stage.prefix}-${spec.name}`,
        handler: spec.handler,
        runtime: 'nodejs22.x',
        // A fifth cheaper than x86_64 for the same work, and we ship no native code.
        architecture: 'arm64',
        timeout: `${timeoutSecondsOf(spec.name)} seconds`,
        memory: spec.memory,
        environment: {
          STAGE: stage.name,
          ACCOUNT_ID: stage.account,
          TOPICS_FILE: topics.registryFile.to,
          ...spec.environment,
        },
        permissions: spec.permissions,
        ...(spec.reserved === undefined ? {} : { concurrency: { reserved: spec.reserved } }),
        ...(spec.vpc === undefined ? {} : { vpc: spec.vpc }),
        ...(spec.url ? { url: { cors: false } } : {}),
        ...(spec.live === false ? { dev: false as const } : {}),
        copyFiles: [topics.registryFile, ...(spec.copyFiles ?? [])],
        logging: { retention: stage.isProduction ? '3 months' : '1 week' },
        transform: {
          logGroup: (args) => {
            args.kmsKeyId = keys.logs.arn
          },
        },
      },
      { dependsOn },
    )
}

const logicalName = (name: FunctionName): string =>
  name.replace(/(^|-)(.)/g, (_, __, letter: string) => letter.toUpperCase())
