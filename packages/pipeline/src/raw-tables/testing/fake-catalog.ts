import {
  CreateTableCommand,
  GetTableCommand,
  type GlueClient,
  UpdateTableCommand,
} from '@aws-sdk/client-glue'
import { GetObjectCommand, type S3Client } from '@aws-sdk/client-s3'
import { TableMetadata } from '../compare-raw-table.ts'

type Iceberg = { Fields: { Id: number; Name: string; Type: unknown; Required: boolean }[] }

/**
 * Glue's Iceberg API and the metadata objects behind it, in memory, with the faults a test asks for. It applies exactly the
 * inputs it is given, so that what it hands back is what the code under test asked for and nothing more.
 */
export function fakeCatalog(tables: Record<string, TableMetadata> = {}) {
  const metadata = new Map(Object.entries(tables))
  const calls: string[] = []
  let inFlight = 0
  const state = { calls, metadata, inFlightMax: 0, refuse: (_call: string): Error | undefined => undefined }
  const named = (name: string): Error => Object.assign(new Error(name), { name })

  const glue = async (command: unknown): Promise<unknown> => {
    inFlight += 1
    state.inFlightMax = Math.max(state.inFlightMax, inFlight)
    await new Promise((resolve) => setImmediate(resolve))
    inFlight -= 1
    const [call, table] = describe(command)
    calls.push(`${call} ${table}`)
    const refusal = state.refuse(`${call} ${table}`)
    if (refusal) throw refusal
    const found = metadata.get(table)
    if (command instanceof CreateTableCommand) {
      if (found) throw named('AlreadyExistsException')
      const input = command.input.OpenTableFormatInput?.IcebergInput?.CreateIcebergTableInput
      const spec = input?.PartitionSpec?.Fields ?? []
      metadata.set(table, toMetadata(input?.Location ?? '', input?.Schema as Iceberg, spec))
      return {}
    }
    if (!found) throw named('EntityNotFoundException')
    if (command instanceof UpdateTableCommand) {
      const [update] =
        command.input.UpdateOpenTableFormatInput?.UpdateIcebergInput?.UpdateIcebergTableInput?.Updates ?? []
      metadata.set(table, {
        ...toMetadata(update?.Location ?? '', update?.Schema as Iceberg, []),
        'partition-specs': found['partition-specs'],
      })
      return {}
    }
    return { Table: { Parameters: { metadata_location: `s3://lake/${table}/metadata/v1.json` } } }
  }
  const s3 = async (command: unknown): Promise<unknown> => {
    if (!(command instanceof GetObjectCommand)) throw new Error('only objects are read')
    const table = command.input.Key?.split('/')[0] ?? ''
    return { Body: { transformToString: async () => JSON.stringify(metadata.get(table)) } }
  }
  return {
    ...state,
    state,
    // The SDK's `send` is overloaded for callbacks; only the promise form is used by the code under test.
    deps: { glue: { send: glue } as unknown as GlueClient, s3: { send: s3 } as unknown as S3Client },
  }
}

function describe(command: unknown): [string, string] {
  if (command instanceof CreateTableCommand) return ['create', command.input.Name ?? '']
  if (command instanceof UpdateTableCommand) return ['update', command.input.Name ?? '']
  if (command instanceof GetTableCommand) return ['get', command.input.Name ?? '']
  throw new Error('a call the catalog does not know')
}

function toMetadata(
  location: string,
  schema: Iceberg,
  spec: { SourceId?: number | undefined; Transform?: string | undefined; Name?: string | undefined }[],
): TableMetadata {
  return TableMetadata.parse({
    'format-version': 2,
    location,
    'last-column-id': Math.max(...schema.Fields.map((f) => f.Id)),
    'current-schema-id': 0,
    schemas: [
      {
        'schema-id': 0,
        fields: schema.Fields.map((f) => ({ id: f.Id, name: f.Name, type: f.Type, required: f.Required })),
      },
    ],
    'default-spec-id': 0,
    'partition-specs': [
      {
        'spec-id': 0,
        fields: spec.map((f) => ({ 'source-id': f.SourceId, transform: f.Transform, name: f.Name })),
      },
    ],
  })
}
