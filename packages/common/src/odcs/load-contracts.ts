import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import { parseDocument } from 'yaml'
import { z } from 'zod'
import { AppError } from '../errors/app-error.ts'
import { TopicContract } from './topic-contract.ts'

/**
 * Reads every `<topic>.odcs.yaml` of a folder, sorted by topic: the topic registry *is* this folder.
 * Throws one INVALID_CONTRACT that lists every fault of every file with its path and remedy.
 */
export async function loadContracts(folder: string): Promise<TopicContract[]> {
  const files = (await readdir(folder)).filter((f) => f.endsWith('.odcs.yaml')).sort()
  const read = await Promise.all(
    files.map(async (file) => parseContract(file, await readFile(path.join(folder, file), 'utf8'))),
  )
  const faults = read.flatMap((r) => r.faults)
  if (faults.length > 0)
    throw new AppError('INVALID_CONTRACT', `contracts:\n${faults.join('\n')}`, { context: { faults } })
  return read.flatMap((r) => (r.contract ? [r.contract] : []))
}

/** Parses one contract file. Never throws: faults are sentences that name file, path and remedy. */
export function parseContract(file: string, text: string): { contract?: TopicContract; faults: string[] } {
  const document = parseDocument(text)
  if (document.errors.length > 0)
    return { faults: document.errors.map((e) => `${file}: not YAML: ${e.message}`) }
  const parsed = TopicContract.safeParse(document.toJS())
  if (!parsed.success)
    return {
      faults: parsed.error.issues.map(
        (i) => `${file}: ${z.core.toDotPath(i.path) || 'document'}: ${i.message}`,
      ),
    }
  const expected = `${parsed.data.name}.odcs.yaml`
  if (path.basename(file) !== expected)
    return { faults: [`${file}: name: the topic "${parsed.data.name}" belongs in a file called ${expected}`] }
  return { contract: parsed.data, faults: [] }
}
