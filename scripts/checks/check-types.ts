import { existsSync } from 'node:fs'
import path from 'node:path'
import type { CheckResult } from '../check.ts'
import { rootDir, runTool, tool } from '../run-tool.ts'

/** Infra has a program of its own: its types come from SST's platform folder. */
const infra = 'packages/pipeline/infra/tsconfig.json'

export async function checkTypes(): Promise<CheckResult> {
  const runs = [await runTool(tool('tsc'), ['-b'])]
  if (existsSync(path.join(rootDir, infra))) runs.push(await runTool(tool('tsc'), ['-p', infra, '--noEmit']))
  return { ok: runs.every(({ code }) => code === 0), output: runs.map(({ output }) => output).join('') }
}
