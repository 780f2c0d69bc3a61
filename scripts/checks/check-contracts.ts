import path from 'node:path'
import { AppError } from '@lean-ops/common/errors/app-error'
import { loadContracts } from '@lean-ops/common/odcs/load-contracts'
import type { CheckResult } from '../check.ts'
import { rootDir } from '../run-tool.ts'

/** Every contract parses, by the very code that the deploy uses. */
export async function checkContracts(): Promise<CheckResult> {
  try {
    const contracts = await loadContracts(path.join(rootDir, 'contracts'))
    return { ok: contracts.length > 0, output: contracts.length > 0 ? '' : 'contracts/ is empty' }
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    return { ok: false, output: error.message }
  }
}
