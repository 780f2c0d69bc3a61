import path from 'node:path'
import { renderFault } from '@lean-ops/common/odcs/contract-fault'
import { lintContracts } from '@lean-ops/common/odcs/lint-contracts'
import { readStandardSchema } from '@lean-ops/common/odcs/read-standard-schema'
import type { CheckResult } from '../check.ts'
import { rootDir } from '../run-tool.ts'

/** Every contract passes the linter of `npm run contracts`, the published JSON Schema included. */
export async function checkContracts(): Promise<CheckResult> {
  const standard = await readStandardSchema(rootDir)
  if (standard === undefined)
    return { ok: false, output: 'the schema of the standard is not installed: run npm run setup' }
  const { files, faults } = await lintContracts(path.join(rootDir, 'contracts'), standard)
  if (files === 0) return { ok: false, output: 'contracts/ is empty' }
  return { ok: faults.length === 0, output: faults.map(renderFault).join('\n') }
}
