import { type ContractFault, renderFault } from '@lean-ops/common/odcs/contract-fault'
import { lintContracts } from '@lean-ops/common/odcs/lint-contracts'
import { readStandardSchema } from '@lean-ops/common/odcs/read-standard-schema'
import type { Outcome } from '../../command-line/outcome.ts'
import { exitCodes, type Settings } from './exit-codes.ts'

export async function lintCommand(_names: readonly string[], { dir, rootDir }: Settings): Promise<Outcome> {
  const standard = await readStandardSchema(rootDir)
  const { files, faults, warnings } = await lintContracts(dir, standard)
  const isStandardChecked = standard !== undefined
  const lines = [
    ...faults.map((f) => `fault    ${renderFault(f)}`),
    ...warnings.map((w: ContractFault) => `warning  ${renderFault(w)}`),
    ...(isStandardChecked ? [] : ["warning  the standard's JSON Schema was not checked → npm run setup"]),
    `${files} contracts, ${faults.length} faults, ${warnings.length} warnings`,
  ]
  return {
    exitCode: faults.length > 0 || files === 0 ? exitCodes.invalid : exitCodes.ok,
    text: `${lines.join('\n')}\n`,
    json: { files, isStandardChecked, faults, warnings },
  }
}
