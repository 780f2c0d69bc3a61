import { describe } from 'vitest'
import { testLifecycle } from './testing/test-lifecycle.ts'
import { useProvider } from './testing/use-provider.ts'

describe('S3', () => {
  const aws = useProvider()
  const plainBucket = async (word: string) => {
    const bucket = aws.mint(word)
    await aws.put('aws:s3/bucket:Bucket', { bucket })
    return bucket
  }

  testLifecycle(aws, 'aws:s3/bucket:Bucket', () => {
    const bucket = aws.mint('bucket')
    return {
      create: { bucket, forceDestroy: true },
      created: { Bucket: bucket },
      outputs: {
        arn: `arn:aws:s3:::${bucket}`,
        bucketRegionalDomainName: `${bucket}.s3.us-east-1.amazonaws.com`,
      },
    }
  })

  testLifecycle(aws, 'aws:s3/bucketVersioning:BucketVersioning', async () => {
    const bucket = await plainBucket('versioned')
    return {
      create: { bucket, versioningConfiguration: { status: 'Enabled' } },
      created: { Status: 'Enabled' },
      update: { bucket, versioningConfiguration: { status: 'Suspended' } },
      updated: { Status: 'Suspended' },
      staysAfterRemoval: true,
    }
  })

  testLifecycle(aws, 'aws:s3/bucketObjectv2:BucketObjectv2', async () => {
    const bucket = await plainBucket('objects')
    return {
      create: {
        bucket,
        key: 'a/b.json',
        content: '{"a":1}',
        contentType: 'application/json',
        cacheControl: 'no-store',
        metadata: { made: 'here' },
      },
      created: {
        ContentLength: 7,
        ContentType: 'application/json',
        CacheControl: 'no-store',
        Metadata: { made: 'here' },
      },
      update: { bucket, key: 'a/b.json', contentBase64: Buffer.from('hello').toString('base64') },
      updated: { ContentLength: 5 },
      outputs: { etag: 'bb6cb5c68df4652941caf652a366f2d8' },
    }
  })

  testLifecycle(aws, 'aws:s3/bucketPolicy:BucketPolicy', async () => {
    const bucket = await plainBucket('policed')
    const policy = (effect: string) =>
      JSON.stringify({
        Version: '2012-10-17',
        Statement: [
          {
            Effect: effect,
            Principal: { AWS: 'arn:aws:iam::000000000000:root' },
            Action: 's3:GetObject',
            Resource: `arn:aws:s3:::${bucket}/*`,
          },
        ],
      })
    return {
      create: { bucket, policy: policy('Allow') },
      created: { Policy: policy('Allow') },
      update: { bucket, policy: policy('Deny') },
      updated: { Policy: policy('Deny') },
    }
  })

  testLifecycle(aws, 'aws:s3/bucketCorsConfiguration:BucketCorsConfiguration', async () => {
    const bucket = await plainBucket('cors')
    return {
      create: {
        bucket,
        corsRules: [
          {
            allowedHeaders: ['*'],
            allowedMethods: ['GET', 'PUT'],
            allowedOrigins: ['https://a.example'],
            exposeHeaders: ['ETag'],
            maxAgeSeconds: 60,
          },
        ],
      },
      created: {
        CORSRules: [
          {
            AllowedHeaders: ['*'],
            AllowedMethods: ['GET', 'PUT'],
            AllowedOrigins: ['https://a.example'],
            ExposeHeaders: ['ETag'],
            MaxAgeSeconds: 60,
          },
        ],
      },
      update: { bucket, corsRules: [{ allowedMethods: ['GET'], allowedOrigins: ['*'] }] },
      updated: { CORSRules: [{ AllowedMethods: ['GET'], AllowedOrigins: ['*'] }] },
    }
  })

  testLifecycle(aws, 'aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock', async () => {
    const bucket = await plainBucket('private')
    return {
      create: {
        bucket,
        blockPublicAcls: true,
        blockPublicPolicy: true,
        ignorePublicAcls: true,
        restrictPublicBuckets: true,
      },
      created: {
        PublicAccessBlockConfiguration: {
          BlockPublicAcls: true,
          BlockPublicPolicy: true,
          IgnorePublicAcls: true,
          RestrictPublicBuckets: true,
        },
      },
      update: { bucket, blockPublicAcls: true },
      updated: {
        PublicAccessBlockConfiguration: {
          BlockPublicAcls: true,
          BlockPublicPolicy: false,
          IgnorePublicAcls: false,
          RestrictPublicBuckets: false,
        },
      },
    }
  })

  testLifecycle(aws, 'aws:s3/bucketOwnershipControls:BucketOwnershipControls', async () => {
    const bucket = await plainBucket('owned')
    const rules = (objectOwnership: string) => ({
      OwnershipControls: { Rules: [{ ObjectOwnership: objectOwnership }] },
    })
    return {
      create: { bucket, rule: { objectOwnership: 'BucketOwnerPreferred' } },
      created: rules('BucketOwnerPreferred'),
      update: { bucket, rule: { objectOwnership: 'BucketOwnerEnforced' } },
      updated: rules('BucketOwnerEnforced'),
    }
  })

  testLifecycle(
    aws,
    'aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration',
    async () => {
      const bucket = await plainBucket('encrypted')
      const key = 'arn:aws:kms:us-east-1:000000000000:key/11111111-1111-1111-1111-111111111111'
      return {
        create: {
          bucket,
          rules: [
            {
              applyServerSideEncryptionByDefault: { sseAlgorithm: 'aws:kms', kmsMasterKeyId: key },
              bucketKeyEnabled: true,
            },
          ],
        },
        created: {
          ServerSideEncryptionConfiguration: {
            Rules: [
              {
                ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: key },
                BucketKeyEnabled: true,
              },
            ],
          },
        },
        update: { bucket, rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: 'AES256' } }] },
        updated: {
          ServerSideEncryptionConfiguration: {
            Rules: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }],
          },
        },
        // AWS encrypts every bucket: without a setting of its own, with S3's key.
        staysAfterRemoval: true,
      }
    },
  )

  testLifecycle(aws, 'aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration', async () => {
    const bucket = await plainBucket('aging')
    const rule = { id: 'old', status: 'Enabled', filter: { prefix: 'errors/' } }
    return {
      create: {
        bucket,
        rules: [
          {
            ...rule,
            expiration: { days: 400 },
            noncurrentVersionExpiration: { noncurrentDays: 30 },
            transitions: [{ days: 90, storageClass: 'GLACIER_IR' }],
            abortIncompleteMultipartUpload: { daysAfterInitiation: 7 },
          },
        ],
      },
      created: {
        Rules: [
          {
            ID: 'old',
            Status: 'Enabled',
            Filter: { Prefix: 'errors/' },
            Expiration: { Days: 400 },
            NoncurrentVersionExpiration: { NoncurrentDays: 30 },
            Transitions: [{ Days: 90, StorageClass: 'GLACIER_IR' }],
            AbortIncompleteMultipartUpload: { DaysAfterInitiation: 7 },
          },
        ],
      },
      update: { bucket, rules: [{ ...rule, status: 'Disabled', expiration: { days: 10 } }] },
      updated: { Rules: [{ ID: 'old', Status: 'Disabled', Expiration: { Days: 10 } }] },
    }
  })

  testLifecycle(aws, 'aws:s3/bucketNotification:BucketNotification', async () => {
    const bucket = await plainBucket('announcing')
    const queue = aws.mint('announced')
    const queueArn = `arn:aws:sqs:us-east-1:000000000000:${queue}`
    const Statement = [
      {
        Effect: 'Allow',
        Principal: { Service: 's3.amazonaws.com' },
        Action: 'sqs:SendMessage',
        Resource: queueArn,
      },
    ]
    const policy = JSON.stringify({ Version: '2012-10-17', Statement })
    await aws.put('aws:sqs/queue:Queue', { name: queue, policy })
    const rule = { id: 'errors', queueArn, events: ['s3:ObjectCreated:*'] }
    return {
      create: { bucket, queues: [{ ...rule, filterPrefix: 'firehose-errors/', filterSuffix: '.json' }] },
      created: {
        QueueConfigurations: [
          {
            Id: 'errors',
            QueueArn: queueArn,
            Events: ['s3:ObjectCreated:*'],
            Filter: { Key: { FilterRules: [{ Value: 'firehose-errors/' }, { Value: '.json' }] } },
          },
        ],
      },
      update: { bucket, queues: [{ ...rule, events: ['s3:ObjectRemoved:*'] }] },
      updated: { QueueConfigurations: [{ Id: 'errors', Events: ['s3:ObjectRemoved:*'] }] },
      staysAfterRemoval: true,
    }
  })
})
