import path from 'node:path'
import type { CheckResult } from '../check.ts'
import { python, rootDir, runTool } from '../run-tool.ts'

const cwd = path.join(rootDir, 'packages/local-cloud/emulator')

/** Lint, format and types of the emulator. */
export async function checkPython(): Promise<CheckResult> {
  const cache = path.join(rootDir, '.local/cache')
  const env = { RUFF_CACHE_DIR: path.join(cache, 'ruff') }
  const runs = [
    await runTool(python, ['-m', 'ruff', 'check', '.'], { cwd, env }),
    await runTool(python, ['-m', 'ruff', 'format', '--check', '.'], { cwd, env }),
    await runTool(python, ['-m', 'mypy', '--cache-dir', path.join(cache, 'mypy')], { cwd }),
  ]
  return { ok: runs.every(({ code }) => code === 0), output: runs.map(({ output }) => output).join('') }
}
