import { AppError } from '@lean-ops/common/errors/app-error'
import { findMetadataLocation } from '@lean-ops/common/lake/find-metadata-location'
import type { LakeDeps } from '@lean-ops/common/lake/lake-deps'
import { readLakeObject } from '@lean-ops/common/lake/read-lake-object'
import { parseSnapshotChain } from './parse-snapshot-chain.ts'
import type { SnapshotChain } from './snapshot-chain.ts'

/** The main branch of a table by its metadata now, or undefined when Glue has no such table. */
export async function readSnapshotChain(
  deps: LakeDeps,
  database: string,
  table: string,
): Promise<SnapshotChain | undefined> {
  const location = await findMetadataLocation(deps.glue, database, table)
  if (location === undefined) return undefined
  if (location === null) throw new AppError('CONFLICT', `${database}.${table} is not an Iceberg table`)
  return parseSnapshotChain((await readLakeObject(deps.s3, location)).toString('utf8'), location)
}
