import { GetTableCommand, type GlueClient } from '@aws-sdk/client-glue'
import { GetObjectCommand, type S3Client } from '@aws-sdk/client-s3'
import { AppError } from '@lean-ops/common/errors/app-error'
import { parseSnapshotChain } from './parse-snapshot-chain.ts'
import type { SnapshotChain } from './snapshot-chain.ts'

type Deps = { glue: Pick<GlueClient, 'send'>; s3: Pick<S3Client, 'send'> }

/** The main branch of a table by its metadata now, or undefined when Glue has no such table. */
export async function readSnapshotChain(
  deps: Deps,
  database: string,
  table: string,
): Promise<SnapshotChain | undefined> {
  const location = await findMetadataLocation(deps.glue, database, table)
  if (location === undefined) return undefined
  const [, bucket, key] = /^s3a?:\/\/([^/]+)\/(.+)$/.exec(location) ?? []
  const { Body: body } = await deps.s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }))
  return parseSnapshotChain((await body?.transformToString()) ?? '', location)
}

async function findMetadataLocation(
  glue: Deps['glue'],
  database: string,
  table: string,
): Promise<string | undefined> {
  try {
    const { Table } = await glue.send(new GetTableCommand({ DatabaseName: database, Name: table }))
    const location = Table?.Parameters?.metadata_location
    if (location === undefined) throw new AppError('CONFLICT', `${database}.${table} is not an Iceberg table`)
    return location
  } catch (error) {
    if (error instanceof Error && error.name === 'EntityNotFoundException') return undefined
    throw error
  }
}
