import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { rmSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { AppError } from '@lean-ops/common/errors/app-error'
import { localPaths, rootDir } from '../supervisor/local-paths.ts'
import { isRunning } from '../supervisor/process-identity.ts'
import { type RunFile, readRunFile } from '../supervisor/run-file.ts'
import type { TestCloud } from '../testing/local-cloud.ts'

export type DrillCloud = {
  /** `npm start` again; resolves when it says that it runs. */
  readonly start: () => Promise<TestCloud>
  readonly run: () => RunFile
  /** kill -9 of the supervisor; resolves when nothing of its cloud runs any more. */
  readonly killSupervisor: () => Promise<void>
  readonly end: () => Promise<void>
}

const startArgs = ['--no-traffic', '--no-console']
const outputLines = 40

/** A cloud that may be ill-treated, by the program that people start, in a folder of its own. */
export function createDrillCloud(name: string): DrillCloud {
  const paths = localPaths(`.local/drill-${name}`)
  rmSync(paths.base, { recursive: true, force: true })
  let child: ChildProcess | undefined

  const run = (): RunFile => {
    const content = readRunFile(paths.runFile)
    if (!content) throw new AppError('UNAVAILABLE', `no run file in ${paths.base}`)
    return content
  }
  const untilEnded = async (before: RunFile): Promise<void> => {
    while (before.processes.some((process) => isRunning(process))) await sleep(100)
    while (readRunFile(paths.runFile)?.supervisor) await sleep(100)
  }

  return {
    run,
    start: async () => {
      const script = path.join(import.meta.dirname, '../cli/start.ts')
      const started = spawn(process.execPath, [script, ...startArgs], {
        cwd: rootDir,
        env: { ...process.env, LEAN_OPS_LOCAL_DIR: paths.base },
        stdio: ['ignore', 'pipe', 'pipe'],
      })
      child = started
      const output: string[] = []
      await new Promise<void>((resolve, reject) => {
        for (const stream of [started.stdout, started.stderr])
          stream.setEncoding('utf8').on('data', (chunk: string) => {
            output.push(...chunk.split('\n'))
            if (chunk.includes('Lean-Ops runs')) resolve()
          })
        started.once('exit', () => reject(new AppError('UNAVAILABLE', output.slice(-outputLines).join('\n'))))
      })
      const { urls } = run()
      return {
        endpoint: urls.aws ?? '',
        databaseUrl: urls.database ?? '',
        apiUrl: urls.api ?? '',
        consoleUrl: '',
        folder: paths.base,
      }
    },
    killSupervisor: async () => {
      const before = run()
      child?.kill('SIGKILL')
      await untilEnded(before)
    },
    end: async () => {
      if (child && child.exitCode === null && child.signalCode === null) {
        child.kill('SIGTERM')
        await once(child, 'exit')
      }
      rmSync(paths.base, { recursive: true, force: true })
    },
  }
}
