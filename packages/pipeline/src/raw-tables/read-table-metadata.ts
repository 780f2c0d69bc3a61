import type { GlueClient } from '@aws-sdk/client-glue'
import { GetObjectCommand, type S3Client } from '@aws-sdk/client-s3'
import { AppError } from '@lean-ops/common/errors/app-error'
import { findMetadataLocation } from '@lean-ops/common/lake/find-metadata-location'
import { parseS3Uri } from '@lean-ops/common/lake/parse-s3-uri'
import { TableMetadata } from './compare-raw-table.ts'

type Deps = { glue: Pick<GlueClient, 'send'>; s3: Pick<S3Client, 'send'> }

/**
 * The Iceberg metadata that Glue points at, or undefined when there is no such table.
 * Throws CONFLICT when the table is there but is not an Iceberg table.
 */
export async function readTableMetadata(
  deps: Deps,
  database: string,
  table: string,
): Promise<TableMetadata | undefined> {
  const location = await findMetadataLocation(deps.glue, database, table)
  if (location === undefined) return undefined
  if (location === null)
    throw new AppError('CONFLICT', `${database}.${table} exists and is not an Iceberg table`)
  const { bucket, key } = parseS3Uri(location)
  const object = await deps.s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }))
  const text = (await object.Body?.transformToString()) ?? ''
  // Snapshot ids lose digits in JSON.parse; nothing read here is one.
  return TableMetadata.parse(JSON.parse(text))
}
