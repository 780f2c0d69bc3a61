import { AppError } from '@lean-ops/common/errors/app-error'
import { debugFunction } from '../commands/debug-function.ts'
import { editFaults } from '../commands/edit-faults.ts'
import { resetState } from '../commands/reset-state.ts'
import { showDiff } from '../commands/show-diff.ts'
import { showLogs } from '../commands/show-logs.ts'
import { showStatus } from '../commands/show-status.ts'
import { stopCloud } from '../commands/stop-cloud.ts'
import { localPaths } from '../supervisor/local-paths.ts'

const usage = `npm run local -- <command>
  status                    what runs, where, since when
  logs [name] [--follow]    a part's log (a process, or a function by its name); without a name: which there are
  diff                      what a deploy of the sources as they are would change, as sst diff says it
  stop                      ends the running cloud, as Ctrl-C in its terminal does
  reset                     deletes all local state (the cloud must be stopped)
  faults [list]             the faults that are being injected
  faults set <json>         injects faults, e.g. '{"firehose.PutRecordBatch":{"partial":0.2}}'
  faults clear              ends all faults
  debug <function> [port]   restarts the function's worker with an inspector for breakpoints (0 ends it)`

const commands: Readonly<Record<string, (args: readonly string[]) => Promise<void>>> = {
  status: () => showStatus(localPaths()),
  logs: (args) => showLogs(localPaths(), args),
  diff: () => showDiff(localPaths()),
  stop: () => stopCloud(localPaths()),
  reset: () => resetState(localPaths()),
  faults: (args) => editFaults(localPaths(), args),
  debug: (args) => debugFunction(localPaths(), args),
}

const [name = 'help', ...args] = process.argv.slice(2)
const command = commands[name]
if (!command) {
  console.log(usage)
  process.exit(name === 'help' || name === '--help' ? 0 : 1)
}
try {
  await command(args)
} catch (error) {
  console.error(error instanceof AppError ? error.message : error)
  process.exit(1)
}
