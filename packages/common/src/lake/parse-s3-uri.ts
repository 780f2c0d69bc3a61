import { AppError } from '../errors/app-error.ts'

export type S3Place = { bucket: string; key: string }

/**
 * `s3://bucket/key`, or Hadoop's `s3a://`, as writers of Iceberg name objects: the key is taken as it stands, never
 * percent-decoded. Throws UNAVAILABLE for anything else.
 */
export function parseS3Uri(uri: string): S3Place {
  const [, bucket, key] = /^s3a?:\/\/([^/]+)\/(.+)$/s.exec(uri) ?? []
  if (bucket === undefined || key === undefined)
    throw new AppError('UNAVAILABLE', `${uri.slice(0, 200)} is not an S3 location`)
  return { bucket, key }
}
