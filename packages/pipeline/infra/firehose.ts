import { errorPrefix } from './buckets.ts'
import type { ControlPlaneDeps } from './control-plane.ts'
import type { Lake } from './lake.ts'
import type { Stage } from './stage.ts'

type Deps = ControlPlaneDeps & { lake: Lake; count: number }

export type Firehose = { transform: sst.aws.Function; streams: aws.kinesis.FirehoseDeliveryStream[] }

/**
 * A minute: each flush is a snapshot per table, and readers pay for snapshots. Locally two seconds, because a person waits.
 * 128 MB is the maximum; time decides long before it for all but the busiest topics.
 */
const buffer = (stage: Stage) => ({ bufferingInterval: stage.isLocal ? 2 : 60, bufferingSize: 128 })

/**
 * Half of the one-hour freshness alarm: what cannot be delivered is an error object, and thereby a dead letter that says
 * why, before anyone is woken for silence.
 */
const retrySeconds = 1_800

/** The streams from ingestion into the RAW tables, with the Lambda that routes each record to its table. */
export function createFirehose(deps: Deps): Firehose {
  const { stage, keys, buckets, lake, migration, createFunction, count } = deps
  const transform = createFunction(
    {
      name: 'firehose-transform',
      handler: 'packages/pipeline/src/handlers/firehose-transform.handler',
      memory: '512 MB',
      environment: { RAW_DATABASE: lake.raw.name },
      permissions: [],
    },
    [migration],
  )
  const logs = new aws.cloudwatch.LogGroup('FirehoseLogGroup', {
    name: `/aws/kinesisfirehose/${stage.prefix}-raw`,
    retentionInDays: stage.isProduction ? 90 : 7,
    kmsKeyId: keys.logs.arn,
  })
  const { role, policy } = deliveryRole(deps, transform, logs)
  const streams = Array.from({ length: count }, (_, index) => {
    const logStream = new aws.cloudwatch.LogStream(`FirehoseLogStream${index}`, {
      name: `raw-${index}`,
      logGroupName: logs.name,
    })
    const cloudwatchLoggingOptions = {
      enabled: true,
      logGroupName: logs.name,
      logStreamName: logStream.name,
    }
    return new aws.kinesis.FirehoseDeliveryStream(
      `RawStream${index}`,
      {
        name: `${stage.prefix}-raw-${index}`,
        destination: 'iceberg',
        serverSideEncryption: { enabled: true, keyType: 'CUSTOMER_MANAGED_CMK', keyArn: keys.data.arn },
        icebergConfiguration: {
          roleArn: role.arn,
          catalogArn: $interpolate`arn:aws:glue:${stage.region}:${stage.account}:catalog`,
          // RAW is append-only; said so, Firehose needs no keys and writes no delete files.
          appendOnly: true,
          ...buffer(stage),
          retryDuration: retrySeconds,
          s3BackupMode: 'FailedDataOnly',
          cloudwatchLoggingOptions,
          // No table is configured: the transform names one per record, and a record without a name is an error object.
          processingConfiguration: {
            enabled: true,
            processors: [
              {
                type: 'Lambda',
                // Buffering (1 MB, 60 s) and retries (3) are AWS's defaults; written here they would show as a change for ever.
                parameters: [
                  { parameterName: 'LambdaArn', parameterValue: $interpolate`${transform.arn}:$LATEST` },
                ],
              },
            ],
          },
          s3Configuration: {
            roleArn: role.arn,
            bucketArn: buckets.errors.arn,
            errorOutputPrefix: `${errorPrefix}!{firehose:error-output-type}/`,
            kmsKeyArn: keys.data.arn,
            cloudwatchLoggingOptions,
          },
        },
      },
      { dependsOn: [policy, migration], ...stage.keep },
    )
  })
  return { transform, streams }
}

function deliveryRole(
  { stage, keys, buckets, lake }: Deps,
  transform: sst.aws.Function,
  logs: aws.cloudwatch.LogGroup,
): { role: aws.iam.Role; policy: aws.iam.RolePolicy } {
  const role = new aws.iam.Role('FirehoseRole', {
    assumeRolePolicy: aws.iam.getPolicyDocumentOutput({
      statements: [
        {
          principals: [{ type: 'Service', identifiers: ['firehose.amazonaws.com'] }],
          actions: ['sts:AssumeRole'],
          conditions: [{ test: 'StringEquals', variable: 'aws:SourceAccount', values: [stage.account] }],
        },
      ],
    }).json,
  })
  const policy = new aws.iam.RolePolicy('FirehosePolicy', {
    role: role.id,
    policy: aws.iam.getPolicyDocumentOutput({
      statements: [
        {
          actions: ['s3:GetBucketLocation', 's3:ListBucket', 's3:ListBucketMultipartUploads'],
          resources: [buckets.lake.arn, buckets.errors.arn],
        },
        {
          actions: ['s3:AbortMultipartUpload', 's3:GetObject', 's3:PutObject'],
          resources: [$interpolate`${buckets.lake.arn}/*`, $interpolate`${buckets.errors.arn}/*`],
        },
        // A lost commit race leaves files behind that Firehose removes itself; only in RAW, never in the other layers.
        { actions: ['s3:DeleteObject'], resources: [$interpolate`${buckets.lake.arn}/raw/*`] },
        {
          actions: ['glue:GetDatabase', 'glue:GetTable', 'glue:UpdateTable'],
          resources: [
            $interpolate`arn:aws:glue:${stage.region}:${stage.account}:catalog`,
            lake.raw.arn,
            $interpolate`arn:aws:glue:${stage.region}:${stage.account}:table/${lake.raw.name}/*`,
          ],
        },
        {
          actions: ['lambda:InvokeFunction', 'lambda:GetFunctionConfiguration'],
          resources: [transform.arn, $interpolate`${transform.arn}:$LATEST`],
        },
        { actions: ['kms:Decrypt', 'kms:GenerateDataKey'], resources: [keys.data.arn] },
        { actions: ['logs:PutLogEvents'], resources: [$interpolate`${logs.arn}:log-stream:*`] },
      ],
    }).json,
  })
  return { role, policy }
}
