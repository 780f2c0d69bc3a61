import type { CreateTableRequest, IcebergPartitionSpec, IcebergSchema } from '@aws-sdk/client-glue'
import { type RawColumn, rawColumns, rawPartitionColumn } from './raw-columns.ts'

/** Iceberg reserves ids below 1,000 for columns; partition fields begin there. */
const partitionFieldId = 1_000

/** The input that makes one topic's RAW table through Glue's Iceberg API. `location` has no slash at its end. */
export function compileRawTable(database: string, table: string, location: string): CreateTableRequest {
  return {
    DatabaseName: database,
    Name: table,
    OpenTableFormatInput: {
      IcebergInput: {
        MetadataOperation: 'CREATE',
        Version: '2',
        CreateIcebergTableInput: {
          Location: location,
          Schema: compileSchema(rawColumns, 0),
          PartitionSpec: compilePartitionSpec(rawColumns),
          Properties: {
            'write.parquet.compression-codec': 'zstd',
            // Firehose commits every minute: without this the metadata files alone become a cost.
            'write.metadata.delete-after-commit.enabled': 'true',
            'write.metadata.previous-versions-max': '100',
          },
        },
      },
    },
  }
}

/** Columns as an Iceberg schema. */
export function compileSchema(columns: readonly RawColumn[], schemaId: number): IcebergSchema {
  return {
    SchemaId: schemaId,
    Type: 'struct',
    Fields: columns.map((c) => ({ Id: c.id, Name: c.name, Type: c.type, Required: false, Doc: c.doc })),
  }
}

/** `day(ingestion_ts)`, under the name Spark and Athena would give it. */
export function compilePartitionSpec(columns: readonly RawColumn[]): IcebergPartitionSpec {
  const source = columns.find((c) => c.name === rawPartitionColumn)
  if (source === undefined) throw new Error(`RAW tables have no column ${rawPartitionColumn}`)
  return {
    SpecId: 0,
    Fields: [
      { SourceId: source.id, Transform: 'day', Name: `${rawPartitionColumn}_day`, FieldId: partitionFieldId },
    ],
  }
}
