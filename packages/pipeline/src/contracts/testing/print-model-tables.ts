import { readFileSync } from 'node:fs'
import type { ContractModel } from '@lean-ops/common/odcs/contract-model'
import { compileTables } from '../compile-tables.ts'
import { renderCreate } from '../render-ddl.ts'

/**
 * `node print-model-tables.ts <stage> <lake> <file>`: per compiled contract of a JSON list its tables as a job plan holds them.
 * The proof of the Spark jobs makes its contracts by the hundred, already compiled.
 */
const [stage = 'local', lake = 'lake', file = ''] = process.argv.slice(2)

const models: ContractModel[] = JSON.parse(readFileSync(file, 'utf8'))
const tables = models.map((model) =>
  compileTables(model).map((shape) => ({ ...shape, create: renderCreate(shape, { stage, lake }) })),
)
process.stdout.write(JSON.stringify(tables))
