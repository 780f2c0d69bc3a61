import { readFileSync } from 'node:fs'
import path from 'node:path'
import type { ContractModel } from '@lean-ops/common/odcs/contract-model'
import { parseContract } from '@lean-ops/common/odcs/parse-contract'
import { compileTables } from '@lean-ops/pipeline/contracts/compile-tables'
import { renderCreate } from '@lean-ops/pipeline/contracts/render-ddl'

/** The bench's contract and its tables as a job plan holds them, in the databases `ours_<layer>` of a folder catalog. */
export function compileBenchContract(): [ContractModel, object[]] {
  const file = path.join(import.meta.dirname, 'bench-contract.odcs.yaml')
  const { model, faults } = parseContract(file, readFileSync(file, 'utf8'), { isNameChecked: false })
  if (!model) throw new Error(faults.map((f) => `${f.path}: ${f.message}`).join('; '))
  const tables = compileTables(model).map((shape) => ({
    ...shape,
    // A folder catalog has its own place for tables.
    create: renderCreate(shape, { stage: 'local', lake: 'lake' })
      .replace(/\nLOCATION '[^']*'/, '')
      .replace(`\`lean_ops_local_${shape.layer}\``, `\`ours_${shape.layer}\``),
  }))
  return [model, tables]
}
