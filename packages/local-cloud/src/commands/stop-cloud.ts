import { setTimeout as sleep } from 'node:timers/promises'
import { AppError } from '@lean-ops/common/errors/app-error'
import type { LocalPaths } from '../supervisor/local-paths.ts'
import { isRunning } from '../supervisor/process-identity.ts'
import { readRunFile } from '../supervisor/run-file.ts'

const stopTimeoutMs = 60_000

/** Asks the supervisor to stop, and waits until it has. */
export async function stopCloud(paths: LocalPaths): Promise<void> {
  const supervisor = readRunFile(paths.runFile)?.supervisor
  if (!supervisor || !isRunning(supervisor)) {
    console.log('The local cloud is not running.')
    return
  }
  process.kill(supervisor.pid, 'SIGTERM')
  for (const deadline = Date.now() + stopTimeoutMs; isRunning(supervisor); await sleep(100))
    if (Date.now() > deadline)
      throw new AppError('UNAVAILABLE', `process ${supervisor.pid} has not ended after 60 s`)
  console.log('Stopped; the data stays for the next start.')
}
