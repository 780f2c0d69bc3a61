import { readFileSync } from 'node:fs'
import { parseContract } from '@lean-ops/common/odcs/parse-contract'
import { compileTables } from '../compile-tables.ts'
import { renderCreate } from '../render-ddl.ts'

/**
 * `node print-job-tables.ts <stage> <lake> <contract file>…`: per file `{ contract, tables }` as a job plan holds them, one
 * JSON list on stdout. The tests of the Spark jobs read it, so that they run on the tables that users get.
 */
const [stage = 'local', lake = 'lake', ...files] = process.argv.slice(2)

const compiled = files.map((file) => {
  const { model, faults } = parseContract(file, readFileSync(file, 'utf8'), { isNameChecked: false })
  if (!model) throw new Error(`${file}: ${faults.map((f) => `${f.path}: ${f.message}`).join('; ')}`)
  const tables = compileTables(model).map((shape) => ({
    ...shape,
    create: renderCreate(shape, { stage, lake }),
  }))
  return { contract: model, tables }
})
process.stdout.write(JSON.stringify(compiled))
