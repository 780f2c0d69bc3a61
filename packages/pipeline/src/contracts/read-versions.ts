import { execFile } from 'node:child_process'
import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import { promisify } from 'node:util'
import { AppError } from '@lean-ops/common/errors/app-error'
import { renderFault } from '@lean-ops/common/odcs/contract-fault'
import type { ContractModel } from '@lean-ops/common/odcs/contract-model'
import { parseContract } from '@lean-ops/common/odcs/parse-contract'

const run = promisify(execFile)
const suffix = '.odcs.yaml'

type Source = { dir: string; against: string }
export type ContractVersions = {
  topic: string
  before: ContractModel | undefined
  after: ContractModel | undefined
}

/**
 * Each topic's contract as committed at `against` and as it is in the folder now, sorted by topic; `topics` empty = all.
 * Throws INVALID_CONTRACT with every fault of either side, INVALID_INPUT for an unknown commit or topic.
 */
export async function readVersions(source: Source, topics: readonly string[]): Promise<ContractVersions[]> {
  const [before, after] = await Promise.all([readCommitted(source), readFolder(source.dir)])
  const faults: string[] = []
  const models = (files: Map<string, string>, prefix: string): Map<string, ContractModel> =>
    new Map(
      [...files].flatMap(([file, text]) => {
        if (topics.length > 0 && !topics.includes(file.slice(0, -suffix.length))) return []
        const parsed = parseContract(file, text)
        faults.push(...parsed.faults.map((f) => prefix + renderFault(f)))
        return parsed.model ? [[parsed.model.topic, parsed.model] as const] : []
      }),
    )
  const earlier = models(before, `${source.against}:`)
  const later = models(after, '')
  if (faults.length > 0) throw new AppError('INVALID_CONTRACT', faults.join('\n'))
  const known = new Set([...earlier.keys(), ...later.keys()])
  const unknown = topics.filter((t) => !known.has(t))
  if (unknown.length > 0) throw new AppError('INVALID_INPUT', `no contract is called ${unknown.join(', ')}`)
  return [...known].sort().map((topic) => ({ topic, before: earlier.get(topic), after: later.get(topic) }))
}

async function readFolder(dir: string): Promise<Map<string, string>> {
  const files = (await readdir(dir)).filter((f) => f.endsWith(suffix))
  return new Map(
    await Promise.all(files.map(async (f) => [f, await readFile(path.join(dir, f), 'utf8')] as const)),
  )
}

async function readCommitted({ dir, against }: Source): Promise<Map<string, string>> {
  const git = async (...args: string[]): Promise<string> => {
    try {
      return (await run('git', args, { cwd: dir, maxBuffer: 64 * 1024 * 1024 })).stdout
    } catch (error) {
      throw new AppError('INVALID_INPUT', `git knows no contracts at "${against}" for ${dir}`, {
        cause: error,
      })
    }
  }
  // Without this a commit that begins with a dash would be an option of git's.
  const commit = (await git('rev-parse', '--verify', '--end-of-options', `${against}^{commit}`)).trim()
  const files = (await git('ls-tree', '--name-only', commit, './'))
    .split('\n')
    .filter((f) => f.endsWith(suffix))
  const texts = await Promise.all(
    files.map(async (f) => [path.basename(f), await git('show', `${commit}:./${f}`)] as const),
  )
  return new Map(texts)
}
