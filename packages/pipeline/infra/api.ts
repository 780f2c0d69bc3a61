import type { Identity } from './auth.ts'
import type { Buckets } from './buckets.ts'
import type { Database } from './database.ts'
import type { CreateFunction } from './functions.ts'
import type { Keys } from './keys.ts'
import type { Lake } from './lake.ts'
import { glueTables, readObjects, readSecret, sendTo, useKey } from './permissions.ts'
import type { Queues } from './queues.ts'
import { machineArn, machineName } from './runs.ts'
import type { Stage } from './stage.ts'

type Deps = {
  stage: Stage
  keys: Keys
  buckets: Buckets
  queues: Queues
  database: Database
  lake: Lake
  identity: Identity
  sessionSecret: aws.secretsmanager.Secret
  consoleUrl: $util.Input<string>
  createFunction: CreateFunction
  migration: aws.lambda.Invocation
}

/**
 * The API. Its function URL is public and needs no AWS signature, because browsers have none: every route asks for a
 * session or a bearer token itself, and the reserved concurrency bounds what a flood can cost. On stage local the same
 * API also runs as a plain process, which is the one the console talks to.
 */
export function createApi(deps: Deps): sst.aws.Function {
  const { stage, keys, buckets, queues, database } = deps
  return deps.createFunction(
    {
      name: 'api',
      handler: 'apps/api/src/lambda.handler',
      memory: '1024 MB',
      environment: {
        ...database.application.environment,
        CONSOLE_URL: deps.consoleUrl,
        OIDC_ISSUER: deps.identity.issuer,
        OIDC_CLIENT_ID: deps.identity.clientId,
        SESSION_SECRET_ARN: deps.sessionSecret.arn,
        ...given('BOOTSTRAP_ADMIN', process.env.LEAN_OPS_BOOTSTRAP_ADMIN),
        ...given('ROLE_CONTACT', process.env.LEAN_OPS_ROLE_CONTACT),
        OPERATIONS_URL: queues.operations.url,
        ARCHIVE_BUCKET: buckets.archive.name,
        ERRORS_BUCKET: buckets.errors.name,
        RAW_DATABASE: deps.lake.raw.name,
        CURATED_DATABASE: deps.lake.curated.name,
        SEMANTIC_DATABASE: deps.lake.semantic.name,
        STATE_MACHINE_ARN: machineArn(stage),
        LAKE_BUCKET: buckets.lake.name,
      },
      permissions: [
        ...database.application.permissions,
        // An action is a row and a message that wakes the worker; the API itself changes nothing else on AWS.
        sendTo(queues.operations.arn),
        readObjects(buckets.archive),
        readObjects(buckets.errors),
        // A trail and a topic's snapshots are read from the tables' own files, bounded per request.
        glueTables(stage, ['glue:GetTable'], deps.lake.raw, deps.lake.curated, deps.lake.semantic),
        readObjects(buckets.lake),
        {
          actions: ['states:GetExecutionHistory'],
          resources: [
            $interpolate`arn:aws:states:${stage.region}:${stage.account}:execution:${machineName(stage)}:*`,
          ],
        },
        {
          actions: ['logs:FilterLogEvents'],
          resources: [
            $interpolate`arn:aws:logs:${stage.region}:${stage.account}:log-group:/aws-glue/jobs/${stage.prefix}:*`,
            $interpolate`arn:aws:logs:${stage.region}:${stage.account}:log-group:/aws/lambda/${stage.prefix}-*:*`,
          ],
        },
        readSecret(deps.sessionSecret.arn),
        useKey(keys.data),
        useKey(keys.control),
      ],
      // Each holds one connection; a page makes a few short requests at a time, so this serves well over a hundred people.
      reserved: 100,
      ...(database.vpc === undefined ? {} : { vpc: database.vpc }),
      url: !stage.isLocal,
    },
    [deps.migration],
  )
}

/** A variable only where the deployer set one: the API has defaults, and an empty text is not one. */
const given = (name: string, value: string | undefined): Record<string, string> =>
  value ? { [name]: value } : {}
