import { AppError } from '@lean-ops/common/errors/app-error'
import { endProcessGroup } from './end-process-group.ts'
import { identify, isRunning } from './process-identity.ts'
import { type RunFile, readRunFile, writeRunFile } from './run-file.ts'

/**
 * Makes this process the supervisor of the local cloud whose run file this is. What a former one left
 * behind is ended first. Throws CONFLICT when another supervisor is at work.
 */
export async function claimRun(file: string, say: (line: string) => void): Promise<RunFile | undefined> {
  const former = readRunFile(file)
  if (former?.supervisor && isRunning(former.supervisor))
    throw new AppError(
      'CONFLICT',
      `The local cloud of this clone is running already (process ${former.supervisor.pid}): ${
        former.urls.console ?? former.urls.aws ?? 'still starting'
      }\n  Stop it with Ctrl-C in its terminal or \`npm run local -- stop\`.`,
    )
  const leftovers = (former?.processes ?? []).filter((process) => isRunning(process))
  if (leftovers.length > 0)
    say(`ending what the last run left behind: ${leftovers.map((process) => process.name).join(', ')}`)
  for (const process of [...(former?.processes ?? [])].reverse())
    await endProcessGroup(process, process.graceMs)
  writeRunFile(file, {
    version: 1,
    supervisor: identify(process.pid),
    ports: former?.ports ?? {},
    processes: [],
    urls: {},
    contractsDir: former?.contractsDir ?? 'contracts',
    processing: former?.processing ?? 'prompt',
  })
  return former
}
