import { execFile } from 'node:child_process'
import path from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)
const root = path.resolve(import.meta.dirname, '../..')
const python = path.join(root, '.local/venv-jobs/bin/python')

/** What measure.py prints. */
export type Measured = {
  exitCode: number
  wallSeconds: number
  cpuSeconds: number
  peakMegabytes: number
  /** The program's own last line, when it is JSON. */
  output: unknown
}

/** Runs a program of this folder in a process of its own; CPU and memory of its whole tree. Throws when it ends badly. */
export async function runMeasured(script: string, ...args: (string | number)[]): Promise<Measured> {
  const here = (name: string): string => path.join(import.meta.dirname, name)
  const { stdout, stderr } = await run(
    python,
    [here('measure.py'), python, here(script), ...args.map(String)],
    { maxBuffer: 1 << 26, cwd: import.meta.dirname },
  )
  const measured = JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as Measured
  if (measured.exitCode !== 0) throw new Error(`${script} ${args.join(' ')} failed:\n${stderr.slice(-3000)}`)
  return measured
}
