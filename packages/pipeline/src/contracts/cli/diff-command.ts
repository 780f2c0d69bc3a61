import { readFile } from 'node:fs/promises'
import { AppError } from '@lean-ops/common/errors/app-error'
import { type Comparison, compareContracts } from '@lean-ops/common/odcs/compare-contracts'
import { renderFault } from '@lean-ops/common/odcs/contract-fault'
import type { ContractModel } from '@lean-ops/common/odcs/contract-model'
import { parseContract } from '@lean-ops/common/odcs/parse-contract'
import type { Outcome } from '../../command-line/outcome.ts'
import { readVersions } from '../read-versions.ts'
import { exitCodes, type Settings } from './exit-codes.ts'

export async function diffCommand(names: readonly string[], settings: Settings): Promise<Outcome> {
  const comparisons = names.some((n) => /\.ya?ml$/.test(n))
    ? [await compareFiles(names)]
    : (await readVersions(settings, names)).map((v) => compareContracts(v.before, v.after))
  const changed = comparisons.filter((c) => c.changes.length > 0)
  const isBreaking = changed.some((c) => c.isBreaking)
  return {
    exitCode: isBreaking ? exitCodes.breaking : exitCodes.ok,
    text: changed.length === 0 ? 'no changes\n' : `${changed.map(renderComparison).join('\n\n')}\n`,
    json: { isBreaking, topics: changed },
  }
}

async function compareFiles(names: readonly string[]): Promise<Comparison> {
  const [before, after, ...more] = names
  if (before === undefined || after === undefined || more.length > 0)
    throw new AppError('INVALID_INPUT', 'diff takes two files, or names of topics')
  return compareContracts(await readModel(before), await readModel(after))
}

async function readModel(file: string): Promise<ContractModel | undefined> {
  const { model, faults } = parseContract(file, await readFile(file, 'utf8'), { isNameChecked: false })
  if (faults.length > 0) throw new AppError('INVALID_CONTRACT', faults.map(renderFault).join('\n'))
  return model
}

export function renderComparison(comparison: Comparison): string {
  const { topic, before, after, isBreaking, versionMin, changes } = comparison
  const head = `${topic} ${before ?? '(new)'} → ${after ?? '(gone)'}: ${isBreaking ? 'BREAKING' : 'compatible'}`
  const lines = changes.flatMap((c) => [
    `  ${c.verdict === 'breaking' ? '✗' : '✓'} ${c.path === '' ? '' : `${c.path}: `}${c.what}`,
    `      ${c.reason}${c.remedy === null ? '' : `\n      → ${c.remedy}`}`,
  ])
  return [head, ...lines, ...(versionMin === null ? [] : [`  version ${versionMin} or above`])].join('\n')
}
