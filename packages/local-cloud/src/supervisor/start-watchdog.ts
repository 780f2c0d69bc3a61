import { spawn } from 'node:child_process'
import path from 'node:path'
import { rootDir } from './local-paths.ts'

/** Starts the process that cleans up when this one is killed; the pipe to it closes with us. */
export function startWatchdog(runFile: string): void {
  const child = spawn(
    process.execPath,
    [path.join(import.meta.dirname, '../processes/watchdog.ts'), runFile],
    {
      cwd: rootDir,
      detached: true,
      stdio: ['pipe', 'ignore', 'ignore'],
    },
  )
  child.unref()
  if (child.stdin && 'unref' in child.stdin && typeof child.stdin.unref === 'function') child.stdin.unref()
}
