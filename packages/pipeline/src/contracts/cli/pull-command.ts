import { execFile } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { promisify } from 'node:util'
import { ContractList, ContractText } from '@lean-ops/common/contract/contracts'
import { AppError } from '@lean-ops/common/errors/app-error'
import type { Outcome } from '../../command-line/outcome.ts'
import { connectApi } from './connect-stage.ts'
import { exitCodes, type Settings } from './exit-codes.ts'

const run = promisify(execFile)

/**
 * Writes the active version of each topic that leads git (or of the topics named) into its file, byte for byte. A file with
 * changes that are not committed is left alone unless forced. Throws INVALID_INPUT for a topic that nobody knows.
 */
export async function pullCommand(names: readonly string[], settings: Settings): Promise<Outcome> {
  const api = await connectApi(settings)
  const { body } = await api.get('/contracts', ContractList)
  const unknown = names.filter((name) => !body.contracts.some((c) => c.topic === name))
  if (unknown.length > 0) throw new AppError('INVALID_INPUT', `no contract is called ${unknown.join(', ')}`)
  const wanted = body.contracts.filter((c) => (names.length > 0 ? names.includes(c.topic) : c.isAheadOfGit))
  const written: { topic: string; version: string; file: string }[] = []
  const refused: string[] = []
  for (const { topic, active } of wanted) {
    if (active === null) continue
    const file = path.join(settings.dir, `${topic}.odcs.yaml`)
    if (!settings.force && (await hasUncommittedChanges(settings.dir, file))) {
      refused.push(file)
      continue
    }
    const { body: text } = await api.get(`/contracts/${topic}/versions/${active.sha256}`, ContractText)
    await writeFile(file, text.yaml)
    written.push({ topic, version: active.version, file })
  }
  const lines = [
    ...written.map((w) => `wrote ${path.relative(settings.rootDir, w.file)} (${w.version})`),
    ...refused.map(
      (file) =>
        `left ${path.relative(settings.rootDir, file)} alone: it has changes that are not committed (--force overwrites them)`,
    ),
    ...(wanted.length === 0 ? ['git has every active version'] : []),
    ...(written.length > 0 ? ['Commit them: the next deploy then agrees with what the jobs obey.'] : []),
  ]
  return {
    exitCode: refused.length > 0 ? exitCodes.breaking : exitCodes.ok,
    text: `${lines.join('\n')}\n`,
    json: { written, refused },
  }
}

/** A folder outside git has nothing that could be lost unseen: there the file is taken as it is. */
async function hasUncommittedChanges(dir: string, file: string): Promise<boolean> {
  try {
    const { stdout } = await run('git', ['status', '--porcelain', '--', file], { cwd: dir })
    return stdout.trim() !== ''
  } catch {
    return false
  }
}
