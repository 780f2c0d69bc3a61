import type { Stage } from './stage.ts'

type Permission = sst.aws.FunctionPermissionArgs
type Arn = $util.Input<string>

/** Exactly the calls our code makes, by purpose. No star in an action; in a resource only behind a prefix that is ours. */

export const consume = (...queues: Arn[]): Permission => ({
  actions: [
    'sqs:ReceiveMessage',
    'sqs:DeleteMessage',
    'sqs:ChangeMessageVisibility',
    'sqs:GetQueueAttributes',
  ],
  resources: queues,
})

export const sendTo = (...queues: Arn[]): Permission => ({ actions: ['sqs:SendMessage'], resources: queues })

/** All topics' queues by their fixed name: 700 ARNs would exceed IAM's 10,240 characters. */
export const topicQueues = (stage: Stage): Arn =>
  $interpolate`arn:aws:sqs:${stage.region}:${stage.account}:${stage.prefix}-*-queue`

export const rawStreams = (stage: Stage): Arn =>
  $interpolate`arn:aws:firehose:${stage.region}:${stage.account}:deliverystream/${stage.prefix}-raw-*`

export const useKey = (key: aws.kms.Key): Permission => ({
  actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
  resources: [key.arn],
})

export const readSecret = (secret: Arn): Permission => ({
  actions: ['secretsmanager:GetSecretValue'],
  resources: [secret],
})

/** With the right to list, a missing object is `NoSuchKey`; without it AWS answers `AccessDenied`, and "gone" looks like "forbidden". */
export const readObjects = (bucket: sst.aws.Bucket): Permission => ({
  actions: ['s3:GetObject', 's3:ListBucket'],
  resources: [bucket.arn, $interpolate`${bucket.arn}/*`],
})

export const writeObjects = (bucket: sst.aws.Bucket): Permission => ({
  actions: ['s3:PutObject'],
  resources: [$interpolate`${bucket.arn}/*`],
})

export const listBucket = (bucket: sst.aws.Bucket): Permission => ({
  actions: ['s3:ListBucket'],
  resources: [bucket.arn],
})

/** Catalog, database and its tables: Glue checks an action on a table against all three. */
export const glueTables = (
  stage: Stage,
  actions: string[],
  ...databases: aws.glue.CatalogDatabase[]
): Permission => ({
  actions,
  resources: [
    $interpolate`arn:aws:glue:${stage.region}:${stage.account}:catalog`,
    ...databases.flatMap((d) => [
      d.arn,
      $interpolate`arn:aws:glue:${stage.region}:${stage.account}:table/${d.name}/*`,
    ]),
  ],
})

export const inspectQueues = (...queues: Arn[]): Permission => ({
  actions: ['sqs:GetQueueAttributes'],
  resources: queues,
})
