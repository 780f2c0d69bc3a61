import type { ContractModel } from '@lean-ops/common/odcs/contract-model'
import { compileCuratedTables } from './compile-curated-tables.ts'
import { compileRawShape } from './compile-raw-shape.ts'
import { compileSemanticTables } from './compile-semantic-tables.ts'
import type { TableShape } from './table-shape.ts'

/** Every table of a contract, RAW first. */
export const compileTables = (contract: ContractModel): TableShape[] => [
  compileRawShape(contract.topic),
  ...compileCuratedTables(contract),
  ...compileSemanticTables(contract),
]
