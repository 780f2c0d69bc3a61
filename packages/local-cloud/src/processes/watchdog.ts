import { endProcessGroup } from '../supervisor/end-process-group.ts'
import { readRunFile, writeRunFile } from '../supervisor/run-file.ts'

/**
 * Outlives the supervisor by a moment: our standard input is a pipe from it, and its end means that the
 * supervisor is gone, however that came about. What it had started is then ended in its place.
 */
const runFile = process.argv[2]
if (runFile === undefined) throw new Error('usage: watchdog.ts <run file>')

for (const signal of ['SIGINT', 'SIGHUP', 'SIGTERM'] as const) process.on(signal, () => undefined)

process.stdin.resume()
process.stdin.once('close', () => {
  void endLeftovers().then(() => process.exit(0))
})

async function endLeftovers(): Promise<void> {
  const run = runFile === undefined ? undefined : readRunFile(runFile)
  if (runFile === undefined || run?.supervisor === undefined) return
  // In the order of a stop: what uses the emulator and the database first, those two last.
  for (const process of [...run.processes].reverse()) await endProcessGroup(process, process.graceMs)
  const { supervisor: _gone, ...rest } = run
  writeRunFile(runFile, { ...rest, processes: [] })
}
