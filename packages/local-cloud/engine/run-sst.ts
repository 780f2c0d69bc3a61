import { spawn } from 'node:child_process'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { releaseStaleLock } from './release-stale-lock.ts'

const app = 'lean-ops'

export interface SstRun {
  readonly root: string
  /** From buildSstEnvironment, with whatever the program itself reads. */
  readonly environment: NodeJS.ProcessEnv
  /** Each line the CLI prints. */
  readonly onLine: (line: string) => void
  readonly signal?: AbortSignal
}

/**
 * Runs the project's SST CLI to its end, e.g. `runSst(['deploy', '--stage', 'local'], …)`. An abort lets the CLI finish what
 * is under way and save its state. A lock that a killed CLI left behind is released first.
 * @returns its exit code.
 * @throws Error when it cannot be started or was killed.
 */
export async function runSst(args: readonly string[], run: SstRun): Promise<number> {
  const endpoint = run.environment.AWS_ENDPOINT_URL
  const stage = args[args.indexOf('--stage') + 1]
  if (endpoint !== undefined && stage === 'local')
    await releaseStaleLock({ endpoint, region: run.environment.AWS_REGION ?? 'us-east-1', app, stage })
  const script = path.join(run.root, 'node_modules/sst/bin/sst.mjs')
  const child = spawn(process.execPath, [script, ...args], {
    cwd: run.root,
    env: { ...run.environment, NO_COLOR: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const interrupt = () => child.kill('SIGINT')
  run.signal?.addEventListener('abort', interrupt, { once: true })
  for (const stream of [child.stdout, child.stderr])
    createInterface({ input: stream }).on('line', (line) => {
      if (line.trim() !== '') run.onLine(line)
    })
  try {
    return await new Promise<number>((resolve, reject) => {
      child.once('error', reject)
      child.once('close', (code, signal) => {
        if (code === null) reject(new Error(`sst ${args.join(' ')} was ended by ${signal}`))
        else resolve(code)
      })
    })
  } finally {
    run.signal?.removeEventListener('abort', interrupt)
  }
}
