import pc from 'picocolors'
import type { LocalPaths } from '../supervisor/local-paths.ts'
import { isRunning } from '../supervisor/process-identity.ts'
import { readRunFile } from '../supervisor/run-file.ts'

/** Prints what runs of the local cloud; exit code 3 when nothing does, so that scripts can ask. */
export async function showStatus(paths: LocalPaths): Promise<void> {
  const run = readRunFile(paths.runFile)
  if (!run?.supervisor || !isRunning(run.supervisor)) {
    console.log('The local cloud is not running: `npm start` brings it up.')
    process.exitCode = 3
    return
  }
  const width = Math.max(...run.processes.map((process) => process.name.length), 8)
  console.log(`supervisor ${run.supervisor.pid}, contracts from ${run.contractsDir}`)
  for (const process of run.processes) {
    // The recorded state is what the supervisor last saw; the process itself is asked here.
    const state = process.state === 'ready' && !isRunning(process) ? 'ended' : process.state
    const painted = state === 'ready' ? pc.green(state) : pc.yellow(state)
    const restarts = process.restarts > 0 ? `  restarted ${process.restarts}×` : ''
    console.log(`  ${process.name.padEnd(width)}  ${painted}  process ${process.pid}${restarts}`)
  }
  for (const [name, url] of Object.entries(run.urls)) console.log(`  ${name.padEnd(width)}  ${url}`)
}
