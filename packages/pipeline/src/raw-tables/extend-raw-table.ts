import type { UpdateTableRequest } from '@aws-sdk/client-glue'
import type { TableMetadata } from './compare-raw-table.ts'
import type { RawColumn } from './raw-columns.ts'

/**
 * The input that adds columns to a table: its current schema with the new ones behind it. Ids already given stay; a new
 * column gets the table's next id, whatever ours is, because an id that was used once may never mean something else.
 */
export function extendRawTable(
  database: string,
  table: string,
  metadata: TableMetadata,
  missing: readonly RawColumn[],
): UpdateTableRequest {
  const current = metadata.schemas.find((s) => s['schema-id'] === metadata['current-schema-id'])
  const schemaId = Math.max(...metadata.schemas.map((s) => s['schema-id'])) + 1
  return {
    DatabaseName: database,
    Name: table,
    UpdateOpenTableFormatInput: {
      UpdateIcebergInput: {
        UpdateIcebergTableInput: {
          Updates: [
            {
              Location: metadata.location,
              Schema: {
                SchemaId: schemaId,
                Type: 'struct',
                Fields: [
                  ...(current?.fields ?? []).map((f) => ({
                    Id: f.id,
                    Name: f.name,
                    // Compared before: our columns are plain names; what others added is passed on as it was read.
                    Type: String(f.type),
                    Required: f.required,
                  })),
                  ...missing.map((c, index) => ({
                    Id: metadata['last-column-id'] + 1 + index,
                    Name: c.name,
                    Type: c.type,
                    Required: false,
                    Doc: c.doc,
                  })),
                ],
              },
            },
          ],
        },
      },
    },
  }
}
