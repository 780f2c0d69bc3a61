import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import { AppError } from '../errors/app-error.ts'
import { renderFault } from './contract-fault.ts'
import { parseContract } from './parse-contract.ts'
import type { TopicContract } from './topic-contract.ts'

/**
 * Reads every `<topic>.odcs.yaml` of a folder, sorted by topic: the topic registry *is* this folder.
 * Throws one INVALID_CONTRACT that lists every fault of every file with its path and remedy.
 */
export async function loadContracts(folder: string): Promise<TopicContract[]> {
  const files = (await readdir(folder)).filter((f) => f.endsWith('.odcs.yaml')).sort()
  const read = await Promise.all(
    files.map(async (file) => parseContract(file, await readFile(path.join(folder, file), 'utf8'))),
  )
  const faults = read.flatMap((r) => r.faults.map(renderFault))
  if (faults.length > 0)
    throw new AppError('INVALID_CONTRACT', `contracts:\n${faults.join('\n')}`, { context: { faults } })
  return read.flatMap((r) => (r.contract ? [r.contract] : []))
}
