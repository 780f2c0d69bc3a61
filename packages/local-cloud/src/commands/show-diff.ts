import { AppError } from '@lean-ops/common/errors/app-error'
import { previewDeploy } from '../supervisor/deploy-program.ts'
import type { LocalPaths } from '../supervisor/local-paths.ts'
import { isRunning } from '../supervisor/process-identity.ts'
import { readRunFile } from '../supervisor/run-file.ts'

/** Prints what a deploy of the sources as they are would change in the running cloud. */
export async function showDiff(paths: LocalPaths): Promise<void> {
  const run = readRunFile(paths.runFile)
  if (!run?.supervisor || !isRunning(run.supervisor))
    throw new AppError('CONFLICT', 'The local cloud is not running: `npm start` brings it up.')
  const interrupted = new AbortController()
  process.once('SIGINT', () => interrupted.abort())
  await previewDeploy(run, (line) => console.log(line), interrupted.signal)
}
