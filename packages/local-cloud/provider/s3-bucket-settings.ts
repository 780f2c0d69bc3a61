import {
  type CORSRule,
  DeleteBucketCorsCommand,
  DeleteBucketEncryptionCommand,
  DeleteBucketLifecycleCommand,
  DeleteBucketOwnershipControlsCommand,
  DeleteBucketPolicyCommand,
  DeletePublicAccessBlockCommand,
  GetBucketCorsCommand,
  GetBucketEncryptionCommand,
  GetBucketLifecycleConfigurationCommand,
  GetBucketNotificationConfigurationCommand,
  GetBucketOwnershipControlsCommand,
  GetBucketPolicyCommand,
  GetPublicAccessBlockCommand,
  type LifecycleRule,
  type NotificationConfiguration,
  type ObjectOwnership,
  PutBucketCorsCommand,
  PutBucketEncryptionCommand,
  PutBucketLifecycleConfigurationCommand,
  PutBucketNotificationConfigurationCommand,
  PutBucketOwnershipControlsCommand,
  PutBucketPolicyCommand,
  PutPublicAccessBlockCommand,
  type ServerSideEncryptionRule,
  type TransitionStorageClass,
} from '@aws-sdk/client-s3'
import { readOrGone } from './aws-error.ts'
import type { Clients } from './clients.ts'
import { commonIgnored } from './common-ignored.ts'
import type { Inputs } from './open-inputs.ts'
import { createdKind } from './resource-kind.ts'

/** A setting of a bucket with a resource of its own: one call puts it whole, one takes it off, one reads it. */
function bucketSetting<Setting>(options: {
  type: string
  map: (inputs: Inputs) => Setting
  put: (clients: Clients, Bucket: string, setting: Setting) => Promise<unknown>
  remove: (clients: Clients, Bucket: string) => Promise<unknown>
  read: (clients: Clients, Bucket: string) => Promise<object>
  ignored?: Readonly<Record<string, string>>
}) {
  return createdKind({
    type: options.type,
    immutable: ['bucket'],
    replacement: { kind: 'delete-then-create' },
    ignored: { ...commonIgnored, expectedBucketOwner: 'one account', ...options.ignored },
    map: (inputs) => ({ Bucket: inputs.text('bucket'), setting: options.map(inputs) }),
    put: async ({ Bucket, setting }, { clients }) => {
      await options.put(clients, Bucket, setting)
      return { id: Bucket }
    },
    remove: async ({ id }, { clients }) => {
      await options.remove(clients, id)
    },
    read: ({ id }, { clients }) => readOrGone(async () => ({ ...(await options.read(clients, id)) })),
  })
}

export const bucketPolicy = bucketSetting({
  type: 'aws:s3/bucketPolicy:BucketPolicy',
  map: (inputs) => inputs.document('policy'),
  put: ({ s3 }, Bucket, Policy) => s3.send(new PutBucketPolicyCommand({ Bucket, Policy })),
  remove: ({ s3 }, Bucket) => s3.send(new DeleteBucketPolicyCommand({ Bucket })),
  read: ({ s3 }, Bucket) => s3.send(new GetBucketPolicyCommand({ Bucket })),
})

export const bucketCors = bucketSetting({
  type: 'aws:s3/bucketCorsConfiguration:BucketCorsConfiguration',
  map: (inputs) =>
    inputs.blocks('corsRules').map(
      (rule) =>
        ({
          ID: rule.textOr('id'),
          AllowedHeaders: rule.textsOr('allowedHeaders'),
          AllowedMethods: rule.texts('allowedMethods'),
          AllowedOrigins: rule.texts('allowedOrigins'),
          ExposeHeaders: rule.textsOr('exposeHeaders'),
          MaxAgeSeconds: rule.numberOr('maxAgeSeconds'),
        }) satisfies CORSRule,
    ),
  put: ({ s3 }, Bucket, CORSRules) =>
    s3.send(new PutBucketCorsCommand({ Bucket, CORSConfiguration: { CORSRules } })),
  remove: ({ s3 }, Bucket) => s3.send(new DeleteBucketCorsCommand({ Bucket })),
  read: ({ s3 }, Bucket) => s3.send(new GetBucketCorsCommand({ Bucket })),
})

export const bucketPublicAccessBlock = bucketSetting({
  type: 'aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock',
  map: (inputs) => ({
    BlockPublicAcls: inputs.flagOr('blockPublicAcls') ?? false,
    BlockPublicPolicy: inputs.flagOr('blockPublicPolicy') ?? false,
    IgnorePublicAcls: inputs.flagOr('ignorePublicAcls') ?? false,
    RestrictPublicBuckets: inputs.flagOr('restrictPublicBuckets') ?? false,
  }),
  put: ({ s3 }, Bucket, PublicAccessBlockConfiguration) =>
    s3.send(new PutPublicAccessBlockCommand({ Bucket, PublicAccessBlockConfiguration })),
  remove: ({ s3 }, Bucket) => s3.send(new DeletePublicAccessBlockCommand({ Bucket })),
  read: ({ s3 }, Bucket) => s3.send(new GetPublicAccessBlockCommand({ Bucket })),
})

export const bucketOwnershipControls = bucketSetting({
  type: 'aws:s3/bucketOwnershipControls:BucketOwnershipControls',
  map: (inputs) => inputs.block('rule').text('objectOwnership') as ObjectOwnership,
  put: ({ s3 }, Bucket, ObjectOwnership) =>
    s3.send(
      new PutBucketOwnershipControlsCommand({ Bucket, OwnershipControls: { Rules: [{ ObjectOwnership }] } }),
    ),
  remove: ({ s3 }, Bucket) => s3.send(new DeleteBucketOwnershipControlsCommand({ Bucket })),
  read: ({ s3 }, Bucket) => s3.send(new GetBucketOwnershipControlsCommand({ Bucket })),
})

export const bucketEncryption = bucketSetting({
  type: 'aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration',
  map: (inputs) =>
    inputs.blocks('rules').map((rule) => {
      const byDefault = rule.block('applyServerSideEncryptionByDefault')
      return {
        ApplyServerSideEncryptionByDefault: {
          SSEAlgorithm: byDefault.text('sseAlgorithm') as 'aws:kms',
          KMSMasterKeyID: byDefault.textOr('kmsMasterKeyId'),
        },
        BucketKeyEnabled: rule.flagOr('bucketKeyEnabled'),
      } satisfies ServerSideEncryptionRule
    }),
  put: ({ s3 }, Bucket, Rules) =>
    s3.send(new PutBucketEncryptionCommand({ Bucket, ServerSideEncryptionConfiguration: { Rules } })),
  remove: ({ s3 }, Bucket) => s3.send(new DeleteBucketEncryptionCommand({ Bucket })),
  read: ({ s3 }, Bucket) => s3.send(new GetBucketEncryptionCommand({ Bucket })),
})

export const bucketLifecycle = bucketSetting({
  type: 'aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration',
  ignored: { transitionDefaultMinimumObjectSize: 'the emulator moves nothing to colder storage' },
  map: (inputs) => inputs.blocks('rules').map(lifecycleRule),
  put: ({ s3 }, Bucket, Rules) =>
    s3.send(new PutBucketLifecycleConfigurationCommand({ Bucket, LifecycleConfiguration: { Rules } })),
  remove: ({ s3 }, Bucket) => s3.send(new DeleteBucketLifecycleCommand({ Bucket })),
  read: ({ s3 }, Bucket) => s3.send(new GetBucketLifecycleConfigurationCommand({ Bucket })),
})

function lifecycleRule(rule: Inputs): LifecycleRule {
  const filter = rule.blockOr('filter')
  const expiration = rule.blockOr('expiration')
  const noncurrent = rule.blockOr('noncurrentVersionExpiration')
  const abort = rule.blockOr('abortIncompleteMultipartUpload')
  return {
    ID: rule.text('id'),
    Status: rule.text('status') as 'Enabled' | 'Disabled',
    Filter: { Prefix: filter?.textOr('prefix') ?? rule.textOr('prefix') ?? '' },
    Expiration: expiration && {
      Days: expiration.numberOr('days'),
      ExpiredObjectDeleteMarker: expiration.flagOr('expiredObjectDeleteMarker'),
    },
    NoncurrentVersionExpiration: noncurrent && {
      NoncurrentDays: noncurrent.number('noncurrentDays'),
      NewerNoncurrentVersions: noncurrent.numberOr('newerNoncurrentVersions'),
    },
    Transitions: rule.blocksOr('transitions')?.map((transition) => ({
      Days: transition.numberOr('days'),
      StorageClass: transition.text('storageClass') as TransitionStorageClass,
    })),
    AbortIncompleteMultipartUpload: abort && {
      DaysAfterInitiation: abort.number('daysAfterInitiation'),
    },
  }
}

export const bucketNotification = bucketSetting({
  type: 'aws:s3/bucketNotification:BucketNotification',
  map: (inputs) =>
    ({
      LambdaFunctionConfigurations: inputs
        .blocksOr('lambdaFunctions')
        ?.map((rule) => ({ LambdaFunctionArn: rule.text('lambdaFunctionArn'), ...announcement(rule) })),
      QueueConfigurations: inputs
        .blocksOr('queues')
        ?.map((rule) => ({ QueueArn: rule.text('queueArn'), ...announcement(rule) })),
      TopicConfigurations: inputs
        .blocksOr('topics')
        ?.map((rule) => ({ TopicArn: rule.text('topicArn'), ...announcement(rule) })),
      ...(inputs.flagOr('eventbridge') === true && { EventBridgeConfiguration: {} }),
    }) satisfies NotificationConfiguration,
  put: ({ s3 }, Bucket, NotificationConfiguration) =>
    s3.send(new PutBucketNotificationConfigurationCommand({ Bucket, NotificationConfiguration })),
  remove: ({ s3 }, Bucket) =>
    s3.send(new PutBucketNotificationConfigurationCommand({ Bucket, NotificationConfiguration: {} })),
  read: ({ s3 }, Bucket) => s3.send(new GetBucketNotificationConfigurationCommand({ Bucket })),
})

function announcement(rule: Inputs) {
  const filters = [
    { Name: 'prefix' as const, Value: rule.textOr('filterPrefix') },
    { Name: 'suffix' as const, Value: rule.textOr('filterSuffix') },
  ].filter(({ Value }) => Value !== undefined)
  return {
    Id: rule.textOr('id'),
    Events: rule.texts('events') as 's3:ObjectCreated:*'[],
    ...(filters.length > 0 && { Filter: { Key: { FilterRules: filters } } }),
  }
}
