import {
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetBucketVersioningCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListObjectVersionsCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  type PutObjectCommandInput,
} from '@aws-sdk/client-s3'
import { isErrorNamed, readOrGone } from './aws-error.ts'
import type { Clients } from './clients.ts'
import { commonIgnored } from './common-ignored.ts'
import { readAsset } from './read-asset.ts'
import { createdKind } from './resource-kind.ts'

export const bucket = createdKind({
  type: 'aws:s3/bucket:Bucket',
  immutable: ['bucket', 'objectLockEnabled'],
  replacement: {
    kind: 'refuse',
    remedy: 'its objects would be lost. Add a second bucket, copy the objects, then take this one out',
  },
  ignored: { ...commonIgnored, objectLockEnabled: 'the emulator never deletes under a lock' },
  map: (inputs) => ({ Bucket: inputs.nameOr('bucket', 63).toLowerCase() }),
  put: async ({ Bucket }, { clients, region }) => {
    try {
      await clients.s3.send(new CreateBucketCommand({ Bucket }))
    } catch (error) {
      if (!isErrorNamed(error, 'BucketAlreadyOwnedByYou', 'BucketAlreadyExists')) throw error
    }
    return {
      id: Bucket,
      bucket: Bucket,
      arn: `arn:aws:s3:::${Bucket}`,
      bucketDomainName: `${Bucket}.s3.amazonaws.com`,
      bucketRegionalDomainName: `${Bucket}.s3.${region}.amazonaws.com`,
      bucketRegion: region,
      hostedZoneId: 'Z3AQBSTGFYJSTF',
    }
  },
  remove: async ({ id }, { clients }) => {
    await emptyBucket(clients, id)
    await clients.s3.send(new DeleteBucketCommand({ Bucket: id }))
  },
  read: ({ id }, { clients }) =>
    readOrGone(async () => {
      await clients.s3.send(new HeadBucketCommand({ Bucket: id }))
      return { Bucket: id }
    }),
})

export const bucketVersioning = createdKind({
  type: 'aws:s3/bucketVersioning:BucketVersioning',
  immutable: ['bucket'],
  replacement: { kind: 'delete-then-create' },
  ignored: { ...commonIgnored, expectedBucketOwner: 'one account', mfa: 'no MFA on one machine' },
  map: (inputs) => ({
    Bucket: inputs.text('bucket'),
    Status: inputs.block('versioningConfiguration').text('status') as 'Enabled' | 'Suspended',
  }),
  put: async ({ Bucket, Status }, { clients }) => {
    await clients.s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status } }))
    return { id: Bucket }
  },
  remove: async ({ id }, { clients }) => {
    await clients.s3.send(
      new PutBucketVersioningCommand({ Bucket: id, VersioningConfiguration: { Status: 'Suspended' } }),
    )
  },
  read: ({ id }, { clients }) =>
    readOrGone(async () => ({ ...(await clients.s3.send(new GetBucketVersioningCommand({ Bucket: id }))) })),
})

export const bucketObject = createdKind({
  type: 'aws:s3/bucketObjectv2:BucketObjectv2',
  immutable: ['bucket', 'key'],
  replacement: { kind: 'delete-then-create' },
  ignored: {
    ...commonIgnored,
    acl: 'no public access on one machine',
    etag: 'the engine compares the content itself',
    sourceHash: 'the engine compares the content itself',
    kmsKeyId: 'the emulator does not encrypt objects',
    serverSideEncryption: 'the emulator does not encrypt objects',
    bucketKeyEnabled: 'the emulator does not encrypt objects',
  },
  map: (inputs) => ({
    object: {
      Bucket: inputs.text('bucket'),
      Key: inputs.text('key'),
      ContentType: inputs.textOr('contentType'),
      ContentEncoding: inputs.textOr('contentEncoding'),
      CacheControl: inputs.textOr('cacheControl'),
      Metadata: inputs.textMapOr('metadata'),
    } satisfies PutObjectCommandInput,
    asset: inputs.valueOr('source'),
    content: inputs.textOr('content'),
    contentBase64: inputs.textOr('contentBase64'),
  }),
  put: async ({ object, asset, content, contentBase64 }, { clients }) => {
    const Body =
      asset !== undefined
        ? await readAsset(asset)
        : contentBase64 !== undefined
          ? Buffer.from(contentBase64, 'base64')
          : Buffer.from(content ?? '')
    const { ETag, VersionId } = await clients.s3.send(new PutObjectCommand({ ...object, Body }))
    return {
      id: object.Key,
      arn: `arn:aws:s3:::${object.Bucket}/${object.Key}`,
      etag: ETag?.replaceAll('"', '') ?? '',
      versionId: VersionId ?? '',
    }
  },
  remove: async ({ inputs }, { clients }) => {
    await clients.s3.send(new DeleteObjectCommand({ Bucket: String(inputs.bucket), Key: String(inputs.key) }))
  },
  read: ({ inputs }, { clients }) =>
    readOrGone(async () => ({
      ...(await clients.s3.send(
        new HeadObjectCommand({ Bucket: String(inputs.bucket), Key: String(inputs.key) }),
      )),
    })),
})

/** Versions and delete markers too: a bucket with either cannot be deleted. */
async function emptyBucket(clients: Clients, Bucket: string): Promise<void> {
  for (;;) {
    const { Versions = [], DeleteMarkers = [] } = await clients.s3.send(
      new ListObjectVersionsCommand({ Bucket, MaxKeys: 1000 }),
    )
    const Objects = [...Versions, ...DeleteMarkers].map(({ Key, VersionId }) => ({ Key, VersionId }))
    if (Objects.length === 0) return
    const { Errors = [] } = await clients.s3.send(
      new DeleteObjectsCommand({ Bucket, Delete: { Objects, Quiet: true } }),
    )
    if (Errors.length > 0)
      throw new Error(`could not empty ${Bucket}: ${Errors[0]?.Key} ${Errors[0]?.Message}`)
  }
}
