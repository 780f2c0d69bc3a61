import path from 'node:path'
import type { CheckResult } from '../check.ts'
import { jobsPython, python, rootDir, runTool } from '../run-tool.ts'

const rooms = [
  { name: 'emulator', python, cwd: path.join(rootDir, 'packages/local-cloud/emulator') },
  { name: 'jobs', python: jobsPython, cwd: path.join(rootDir, 'packages/pipeline/glue') },
]

/** Lint, format and types of the emulator and of the Spark jobs. */
export async function checkPython(): Promise<CheckResult> {
  const cache = path.join(rootDir, '.local/cache')
  const env = { RUFF_CACHE_DIR: path.join(cache, 'ruff') }
  const runs = []
  for (const { name, python, cwd } of rooms)
    runs.push(
      await runTool(python, ['-m', 'ruff', 'check', '.'], { cwd, env }),
      await runTool(python, ['-m', 'ruff', 'format', '--check', '.'], { cwd, env }),
      await runTool(python, ['-m', 'mypy', '--cache-dir', path.join(cache, `mypy-${name}`)], { cwd }),
    )
  return { ok: runs.every(({ code }) => code === 0), output: runs.map(({ output }) => output).join('') }
}
