import { assumedBy } from './assume-role.ts'
import { type Buckets, rejectPrefix } from './buckets.ts'
import { jobScript, pinOf, zipJobPackage } from './job-code.ts'
import type { Keys } from './keys.ts'
import type { Lake } from './lake.ts'
import { glueTables, readSecret, useKey } from './permissions.ts'
import type { Stage } from './stage.ts'

export const jobNames = ['curated', 'semantic', 'rebuild', 'maintenance', 'account'] as const
export type JobName = (typeof jobNames)[number]

/** Fixed, because functions and policies name a job that is made after them. */
export const jobNameOf = (stage: Stage, job: JobName): string => `${stage.prefix}-${job}`

/** Minutes after which Glue ends a job. The state machine waits five more (`src/state-machine/steps.ts`). */
const timeoutMinutes: Record<JobName, number> = {
  curated: 60,
  semantic: 60,
  rebuild: 480,
  maintenance: 120,
  account: 60,
}

type Deps = { stage: Stage; keys: Keys; buckets: Buckets; lake: Lake; hashSecret: aws.secretsmanager.Secret }

/** The Spark jobs, their code in the lake bucket, and one role per job with what that job reads and writes. */
export async function createJobs(deps: Deps): Promise<void> {
  const { stage, buckets } = deps
  const zip = await zipJobPackage()
  const modules = await pinOf('msgspec')
  // A name of its own per content: a run that has begun keeps the code it began with.
  const code = new aws.s3.BucketObjectv2('JobPackage', {
    bucket: buckets.lake.name,
    key: `scripts/lean_ops-${zip.digest}.zip`,
    source: $asset(zip.file),
  })
  const logs = new aws.cloudwatch.LogGroup('JobsLogGroup', {
    name: `/aws-glue/jobs/${stage.prefix}`,
    retentionInDays: stage.isProduction ? 90 : 7,
    kmsKeyId: deps.keys.logs.arn,
  })
  for (const name of jobNames) createJob(deps, { name, code, modules, logs })
}

type JobParts = {
  name: JobName
  code: aws.s3.BucketObjectv2
  modules: string
  logs: aws.cloudwatch.LogGroup
}

function createJob(deps: Deps, { name, code, modules, logs }: JobParts): void {
  const { stage, buckets, hashSecret } = deps
  const logical = `${name[0]?.toUpperCase()}${name.slice(1)}`
  const script = new aws.s3.BucketObjectv2(`${logical}Script`, {
    bucket: buckets.lake.name,
    key: `scripts/${name}.py`,
    source: $asset(jobScript(name)),
  })
  const { role, policy } = jobRole(deps, name, logical, logs)
  new aws.glue.Job(
    `${logical}Job`,
    {
      name: jobNameOf(stage, name),
      roleArn: role.arn,
      glueVersion: '5.1',
      workerType: 'G.1X',
      numberOfWorkers: 2,
      timeout: timeoutMinutes[name],
      // Retries are the dispatcher's: it knows which passes are open.
      maxRetries: 0,
      // Each run carries up to 50 topics; more runs at once wait in the state machine.
      executionProperty: { maxConcurrentRuns: stage.isLocal ? 2 : 14 },
      command: {
        name: 'glueetl',
        pythonVersion: '3',
        scriptLocation: $interpolate`s3://${buckets.lake.name}/${script.key}`,
      },
      defaultArguments: {
        '--job-language': 'python',
        '--datalake-formats': 'iceberg',
        '--conf': $interpolate`${sparkSettings(buckets)}`,
        '--extra-py-files': $interpolate`s3://${buckets.lake.name}/${code.key}`,
        '--additional-python-modules': modules,
        '--enable-continuous-cloudwatch-log': 'true',
        '--continuous-log-logGroup': logs.name,
        '--LAKE_BUCKET': buckets.lake.name,
        '--ERRORS_BUCKET': buckets.errors.name,
        '--STAGE': stage.name,
        ...(usesHash(name) ? { '--HASH_SECRET_ARN': hashSecret.arn } : {}),
      },
    },
    { dependsOn: [policy] },
  )
}

const usesHash = (name: JobName): boolean => name === 'semantic' || name === 'rebuild'

/** Static in Glue 5: `spark.conf.set` on a catalog throws there. */
const sparkSettings = (buckets: Buckets): $util.Output<string> => {
  const catalog = 'spark.sql.catalog.glue_catalog'
  return $interpolate`${[
    'spark.sql.extensions=org.apache.iceberg.spark.extensions.IcebergSparkSessionExtensions',
    `${catalog}=org.apache.iceberg.spark.SparkCatalog`,
    `${catalog}.catalog-impl=org.apache.iceberg.aws.glue.GlueCatalog`,
    `${catalog}.io-impl=org.apache.iceberg.aws.s3.S3FileIO`,
    // A warm session must see the commits of others.
    `${catalog}.cache-enabled=false`,
    'spark.sql.session.timeZone=UTC',
  ].join(' --conf ')} --conf ${catalog}.warehouse=s3://${buckets.lake.name}/warehouse`
}

const reads = ['glue:GetDatabase', 'glue:GetTable', 'glue:GetTables']
const writes = ['glue:CreateTable', 'glue:UpdateTable']

function jobRole(
  deps: Deps,
  name: JobName,
  logical: string,
  logs: aws.cloudwatch.LogGroup,
): { role: aws.iam.Role; policy: aws.iam.RolePolicy } {
  const { stage, keys, buckets, lake, hashSecret } = deps
  const { lake: bucket, errors } = buckets
  const role = new aws.iam.Role(`${logical}JobRole`, {
    assumeRolePolicy: assumedBy(stage, 'glue.amazonaws.com'),
  })
  const layers = writtenLayers[name]
  const inside = (...folders: string[]) => folders.map((f) => $interpolate`${bucket.arn}/${f}/*`)
  const policy = new aws.iam.RolePolicy(`${logical}JobPolicy`, {
    role: role.id,
    policy: aws.iam.getPolicyDocumentOutput({
      statements: [
        {
          actions: ['s3:GetObject', 's3:ListBucket'],
          resources: [bucket.arn, $interpolate`${bucket.arn}/*`],
        },
        // RAW: metadata only, for all but maintenance. A tag on the snapshot that a checkpoint names keeps it from expiry.
        {
          actions: ['s3:PutObject'],
          resources: [...inside(...layers, 'results'), $interpolate`${bucket.arn}/raw/*/metadata/*`],
        },
        // A commit that lost its race removes its own files.
        { actions: ['s3:DeleteObject'], resources: inside(...layers) },
        {
          actions: ['s3:GetObject', 's3:PutObject', 's3:ListBucket'],
          resources: [errors.arn, $interpolate`${errors.arn}/${rejectPrefix}*`],
        },
        glueTables(
          stage,
          [...reads, ...writes],
          ...layers.flatMap((layer) => (layer === 'raw' ? [] : [lake[layer]])),
        ),
        glueTables(stage, [...reads, 'glue:UpdateTable'], lake.raw, lake.curated),
        useKey(keys.data),
        { actions: ['logs:CreateLogStream', 'logs:PutLogEvents'], resources: [$interpolate`${logs.arn}:*`] },
        // Glue's own driver output; it offers no other group for it.
        {
          actions: ['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents'],
          resources: ['output', 'error'].map(
            (kind) =>
              $interpolate`arn:aws:logs:${stage.region}:${stage.account}:log-group:/aws-glue/jobs/${kind}:*`,
          ),
        },
        ...(usesHash(name) ? [readSecret(hashSecret.arn), useKey(keys.control)] : []),
      ],
    }).json,
  })
  return { role, policy }
}

const writtenLayers: Record<JobName, readonly ('raw' | 'curated' | 'semantic')[]> = {
  curated: ['curated'],
  // Tags on `__versions` keep what the semantic checkpoint needs.
  semantic: ['curated', 'semantic'],
  rebuild: ['curated', 'semantic'],
  // Rewrites small files of RAW, too, and deletes what only expired snapshots had.
  maintenance: ['raw', 'curated', 'semantic'],
  account: ['semantic'],
}
