import { CreateTableCommand, type GlueClient, UpdateTableCommand } from '@aws-sdk/client-glue'
import type { S3Client } from '@aws-sdk/client-s3'
import { AppError } from '@lean-ops/common/errors/app-error'
import { compareRawTable } from './compare-raw-table.ts'
import { compileRawTable } from './compile-raw-table.ts'
import { extendRawTable } from './extend-raw-table.ts'
import { readTableMetadata } from './read-table-metadata.ts'

type Deps = { glue: Pick<GlueClient, 'send'>; s3: Pick<S3Client, 'send'> }
type Lake = { database: string; bucket: string; prefix: string }

export type EnsuredRawTables = { created: string[]; extended: string[]; unchanged: number }

/** Tables at once. Glue allows a few catalog changes a second per account; more would only be throttled. */
const parallel = 10

/**
 * Makes every table that is missing and adds columns that are missing, then reads each back and compares it. Idempotent,
 * and safe beside another run. Never drops, renames or retypes. Throws one CONFLICT that lists every table it refuses,
 * after the others are done.
 */
export async function ensureRawTables(
  deps: Deps,
  lake: Lake,
  tables: readonly string[],
): Promise<EnsuredRawTables> {
  const result: EnsuredRawTables = { created: [], extended: [], unchanged: 0 }
  const faults: string[] = []
  const queue = [...tables]
  const work = async (): Promise<void> => {
    for (let table = queue.shift(); table !== undefined; table = queue.shift()) {
      try {
        const outcome = await ensureRawTable(deps, lake, table)
        if (outcome === 'unchanged') result.unchanged += 1
        else result[outcome].push(table)
      } catch (error) {
        // One refused table must not keep the others from being made: all faults are reported together.
        if (!(error instanceof AppError)) throw error
        faults.push(error.message)
      }
    }
  }
  await Promise.all(Array.from({ length: Math.min(parallel, tables.length) }, work))
  if (faults.length > 0)
    throw new AppError('CONFLICT', `RAW tables:\n${faults.sort().join('\n')}`, { context: { faults } })
  return { ...result, created: result.created.sort(), extended: result.extended.sort() }
}

async function ensureRawTable(
  deps: Deps,
  lake: Lake,
  table: string,
): Promise<'created' | 'extended' | 'unchanged'> {
  const found = await readTableMetadata(deps, lake.database, table)
  if (found === undefined) {
    await create(deps, lake, table)
    await verify(deps, lake, table)
    return 'created'
  }
  const verdict = compareRawTable(found)
  if (verdict.kind === 'same') return 'unchanged'
  if (verdict.kind === 'incompatible') throw refusal(lake, table, verdict.faults)
  await deps.glue.send(new UpdateTableCommand(extendRawTable(lake.database, table, found, verdict.missing)))
  await verify(deps, lake, table)
  return 'extended'
}

async function create(deps: Deps, lake: Lake, table: string): Promise<void> {
  const location = `s3://${lake.bucket}/${lake.prefix}/${table}`
  try {
    await deps.glue.send(new CreateTableCommand(compileRawTable(lake.database, table, location)))
  } catch (error) {
    // Another run, or our own first try whose answer was lost, made it: the read-back decides whether it is right.
    if (!(error instanceof Error && error.name === 'AlreadyExistsException')) throw error
  }
}

/** A create or update that AWS accepted is believed only once the table's own metadata says the same. */
async function verify(deps: Deps, lake: Lake, table: string): Promise<void> {
  const metadata = await readTableMetadata(deps, lake.database, table)
  if (metadata === undefined) throw refusal(lake, table, ['it is not there after it was made'])
  const verdict = compareRawTable(metadata)
  if (verdict.kind === 'incompatible') throw refusal(lake, table, verdict.faults)
  if (verdict.kind === 'behind')
    throw refusal(
      lake,
      table,
      verdict.missing.map((c) => `column ${c.name} was not added`),
    )
}

const refusal = (lake: Lake, table: string, faults: string[]): AppError =>
  new AppError('CONFLICT', `${lake.database}.${table}: ${faults.join('; ')}`)
