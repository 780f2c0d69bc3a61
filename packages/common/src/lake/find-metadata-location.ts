import { GetTableCommand } from '@aws-sdk/client-glue'
import type { LakeDeps } from './lake-deps.ts'

/** Where Glue says a table's Iceberg metadata is: null when the table is none of Iceberg's, undefined when there is no table. */
export async function findMetadataLocation(
  glue: LakeDeps['glue'],
  database: string,
  table: string,
): Promise<string | null | undefined> {
  try {
    const { Table } = await glue.send(new GetTableCommand({ DatabaseName: database, Name: table }))
    return Table?.Parameters?.metadata_location ?? null
  } catch (error) {
    if (error instanceof Error && error.name === 'EntityNotFoundException') return undefined
    throw error
  }
}
