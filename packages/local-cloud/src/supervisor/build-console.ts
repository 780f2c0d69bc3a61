import path from 'node:path'
import { rootDir } from './local-paths.ts'
import { baseEnvironment } from './local-processes.ts'
import { runOnce } from './run-once.ts'
import type { StartProgress } from './start-progress.ts'

/** The production build of the console; nothing to do when its sources are those of the last build. */
export async function buildConsole(
  progress: StartProgress,
  log: (name: string, line: string) => void,
  signal: AbortSignal,
): Promise<void> {
  const script = path.join(rootDir, 'scripts/setup.mjs')
  const build = runOnce(
    {
      name: 'console-build',
      command: process.execPath,
      args: [script, 'console'],
      cwd: rootDir,
      env: baseEnvironment(),
    },
    log,
    signal,
  )
  await progress.step('build', 'the console for production, when its sources changed', () => build)
}
