import { AppError } from '@lean-ops/common/errors/app-error'
import type { LocalPaths } from './local-paths.ts'
import { isRunning } from './process-identity.ts'
import { readRunFile } from './run-file.ts'

/** Throws CONFLICT while a supervisor of this cloud runs: its state must not be taken from under it. */
export function requireStopped(paths: LocalPaths): void {
  const run = readRunFile(paths.runFile)
  if (run?.supervisor && isRunning(run.supervisor))
    throw new AppError(
      'CONFLICT',
      `The local cloud is running (process ${run.supervisor.pid}): stop it first (\`npm run local -- stop\`).`,
    )
}
