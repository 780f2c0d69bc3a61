import {
  CreateTableCommand,
  type GlueClient,
  type IcebergStructField,
  UpdateTableCommand,
} from '@aws-sdk/client-glue'
import type { S3Client } from '@aws-sdk/client-s3'
import { AppError } from '@lean-ops/common/errors/app-error'
import type { ContractModel } from '@lean-ops/common/odcs/contract-model'
import type { TableMetadata } from '../raw-tables/compare-raw-table.ts'
import { readTableMetadata } from '../raw-tables/read-table-metadata.ts'
import { compileSemanticTables } from './compile-semantic-tables.ts'
import type { TableShape } from './table-shape.ts'

type Deps = { glue: Pick<GlueClient, 'send'>; s3: Pick<S3Client, 'send'> }
type Lake = { semanticDatabase: string; lakeBucket: string }

/** Iceberg reserves ids below 1,000 for columns; partition fields begin there. */
const partitionFieldId = 1_000

/**
 * Brings the semantic tables of a contract to its columns, as far as Iceberg allows in place: makes what is missing, adds columns,
 * widens types; then reads each back. Returns what it did, in words. Idempotent. Throws CONFLICT when a table would have to be rebuilt,
 * before anything is altered.
 */
export async function ensureSemanticTables(
  deps: Deps,
  lake: Lake,
  contract: ContractModel,
): Promise<string[]> {
  const steps = await Promise.all(
    compileSemanticTables(contract).map(async (shape) => {
      const found = await readTableMetadata(deps, lake.semanticDatabase, shape.name)
      return { shape, found, step: found === undefined ? ('create' as const) : compareTable(found, shape) }
    }),
  )
  const faults = steps.flatMap(({ step }) => (step !== 'create' && step !== 'same' ? step.faults : []))
  if (faults.length > 0)
    throw new AppError('CONFLICT', `the tables have to be rebuilt: ${faults.join('; ')}`, {
      context: { faults },
    })
  const done: string[] = []
  for (const { shape, found, step } of steps) {
    if (step === 'same') continue
    if (step === 'create' || found === undefined) {
      await create(deps, lake, shape)
      done.push(`made ${shape.name}`)
    } else {
      await alter(deps, lake, shape.name, found, step.fields)
      done.push(`altered ${shape.name}: ${step.changes.join(', ')}`)
    }
    await verify(deps, lake, shape)
  }
  return done
}

type Difference = { faults: string[]; changes: string[]; fields: IcebergStructField[] }

/** Columns beyond ours are left alone: an older contract's stay in the table, empty from then on. */
function compareTable(found: TableMetadata, shape: TableShape): 'same' | Difference {
  const schema = found.schemas.find((s) => s['schema-id'] === found['current-schema-id'])
  const difference: Difference = { faults: [], changes: [], fields: [] }
  const wanted = new Map(shape.columns.map((c) => [c.name, c]))
  for (const field of schema?.fields ?? []) {
    const column = wanted.get(field.name)
    const type = typeof field.type === 'string' ? field.type : JSON.stringify(field.type)
    wanted.delete(field.name)
    difference.fields.push({
      Id: field.id,
      Name: field.name,
      Type: icebergType(column?.type ?? type),
      Required: field.required,
      ...(column === undefined ? {} : { Doc: column.doc }),
    })
    if (column === undefined || plain(type) === plain(icebergType(column.type))) continue
    if (isWider(type, column.type)) difference.changes.push(`${field.name} ${type} → ${column.type}`)
    else difference.faults.push(`${shape.name}.${field.name} is ${type} and would be ${column.type}`)
  }
  let nextId = found['last-column-id'] + 1
  for (const column of wanted.values()) {
    difference.changes.push(`+ ${column.name} ${column.type}`)
    difference.fields.push({
      Id: nextId,
      Name: column.name,
      Type: icebergType(column.type),
      Required: false,
      Doc: column.doc,
    })
    nextId += 1
  }
  return difference.faults.length + difference.changes.length === 0 ? 'same' : difference
}

const plain = (type: string): string => type.replaceAll(' ', '')
const icebergType = plain

/** Iceberg's own promotions, and no other. */
function isWider(from: string, to: string): boolean {
  const change = `${plain(from)} ${plain(to)}`
  if (change === 'int long' || change === 'float double') return true
  const [, precision, scale, wider, same] =
    /^decimal\((\d+),(\d+)\) decimal\((\d+),(\d+)\)$/.exec(change) ?? []
  return precision !== undefined && scale === same && Number(wider) > Number(precision)
}

async function create(deps: Deps, lake: Lake, shape: TableShape): Promise<void> {
  const ids = new Map(shape.columns.map((c, n) => [c.name, n + 1]))
  const { 'format-version': version = '2', ...properties } = shape.properties
  try {
    await deps.glue.send(
      new CreateTableCommand({
        DatabaseName: lake.semanticDatabase,
        Name: shape.name,
        OpenTableFormatInput: {
          IcebergInput: {
            MetadataOperation: 'CREATE',
            Version: version,
            CreateIcebergTableInput: {
              Location: `s3://${lake.lakeBucket}/${shape.layer}/${shape.name}`,
              Schema: {
                SchemaId: 0,
                Type: 'struct',
                Fields: shape.columns.map((c) => ({
                  Id: ids.get(c.name) ?? 0,
                  Name: c.name,
                  Type: icebergType(c.type),
                  Required: false,
                  Doc: c.doc,
                })),
              },
              PartitionSpec: {
                SpecId: 0,
                Fields: shape.partition.map((p, n) => ({
                  SourceId: ids.get(p.column) ?? 0,
                  Transform: p.transform,
                  Name: p.transform === 'day' ? `${p.column}_day` : `${p.column}_bucket`,
                  FieldId: partitionFieldId + n,
                })),
              },
              Properties: properties,
            },
          },
        },
      }),
    )
  } catch (error) {
    // Made by another: the read-back decides whether it is right.
    if (!(error instanceof Error && error.name === 'AlreadyExistsException')) throw error
  }
}

async function alter(
  deps: Deps,
  lake: Lake,
  table: string,
  found: TableMetadata,
  fields: IcebergStructField[],
): Promise<void> {
  const schemaId = Math.max(...found.schemas.map((s) => s['schema-id'])) + 1
  await deps.glue.send(
    new UpdateTableCommand({
      DatabaseName: lake.semanticDatabase,
      Name: table,
      UpdateOpenTableFormatInput: {
        UpdateIcebergInput: {
          UpdateIcebergTableInput: {
            Updates: [
              { Location: found.location, Schema: { SchemaId: schemaId, Type: 'struct', Fields: fields } },
            ],
          },
        },
      },
    }),
  )
}

/** A change that AWS accepted is believed only once the table's own metadata says the same. */
async function verify(deps: Deps, lake: Lake, shape: TableShape): Promise<void> {
  const found = await readTableMetadata(deps, lake.semanticDatabase, shape.name)
  const verdict = found === undefined ? undefined : compareTable(found, shape)
  if (verdict !== 'same')
    throw new AppError('CONFLICT', `${shape.name} was not altered as asked`, {
      context: { changes: verdict?.changes ?? ['it is not there'] },
    })
}
