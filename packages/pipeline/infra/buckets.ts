import type { Keys } from './keys.ts'
import type { Stage } from './stage.ts'

export type Buckets = {
  /** Iceberg data and metadata of every layer. */
  lake: sst.aws.Bucket
  /** Bodies of dead letters, claim checks, exports. */
  archive: sst.aws.Bucket
  /** What Firehose could not deliver (`firehose-errors/`) and what the layers refused (`rejects/`): sets of dead letters. */
  errors: sst.aws.Bucket
}

/** Messages that a layer refused, staged by the jobs: a manifest per pass announces its parts. */
export const rejectPrefix = 'rejects/'

/** Every object the errors bucket takes under this prefix is announced to the indexer and reconciled hourly. */
export const errorPrefix = 'firehose-errors/'

export function createBuckets(stage: Stage, keys: Keys): Buckets {
  return {
    // Iceberg deletes data files itself when snapshots expire: their noncurrent versions are the only way back.
    lake: bucket('Lake', stage, keys, { coldAfterDays: undefined }),
    // Read in the first weeks if ever, and kept: an open dead letter must stay replayable however old it is.
    archive: bucket('Archive', stage, keys, {
      coldAfterDays: 90,
      purgedAfterOneDay: 'exports/',
      // Exports of the audit are locked one by one; everything else in here stays deletable.
      hasObjectLock: !stage.isLocal,
    }),
    errors: bucket('Errors', stage, keys, { coldAfterDays: 90 }),
  }
}

type BucketOptions = {
  coldAfterDays: number | undefined
  /** Objects under this prefix hold copies of payloads and live for a day; their deleted versions, too. */
  purgedAfterOneDay?: string
  /** Objects may be written with a retention that nobody can shorten. Only possible when the bucket is created. */
  hasObjectLock?: boolean
}

function bucket(name: string, stage: Stage, keys: Keys, options: BucketOptions) {
  const created = new sst.aws.Bucket(name, {
    versioning: true,
    cors: false,
    transform: {
      // SST empties a bucket before it deletes it; production must refuse instead.
      bucket: (args, opts) => {
        args.forceDestroy = !stage.isProduction
        if (options.hasObjectLock === true) args.objectLockEnabled = true
        opts.protect = stage.keep.protect
      },
    },
  })
  new aws.s3.BucketServerSideEncryptionConfiguration(`${name}Encryption`, {
    bucket: created.name,
    rules: [
      {
        applyServerSideEncryptionByDefault: { sseAlgorithm: 'aws:kms', kmsMasterKeyId: keys.data.arn },
        // One data key per bucket and hour instead of one per object: at millions of small files KMS would cost more than S3.
        bucketKeyEnabled: true,
      },
    ],
  })
  new aws.s3.BucketLifecycleConfiguration(`${name}Retention`, {
    bucket: created.name,
    rules: [
      {
        id: 'noncurrent-and-unfinished',
        status: 'Enabled',
        filter: { prefix: '' },
        // A month to notice that something was overwritten or deleted by mistake.
        noncurrentVersionExpiration: { noncurrentDays: 30 },
        abortIncompleteMultipartUpload: { daysAfterInitiation: 7 },
      },
      ...(options.purgedAfterOneDay === undefined
        ? []
        : [
            {
              id: 'purge',
              status: 'Enabled',
              filter: { prefix: options.purgedAfterOneDay },
              expiration: { days: 1 },
              noncurrentVersionExpiration: { noncurrentDays: 1 },
            },
          ]),
      ...(options.coldAfterDays === undefined
        ? []
        : [
            {
              id: 'cold',
              status: 'Enabled',
              filter: { prefix: '' },
              transitions: [{ days: options.coldAfterDays, storageClass: 'GLACIER_IR' }],
            },
          ]),
    ],
  })
  return created
}
