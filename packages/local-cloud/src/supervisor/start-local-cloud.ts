import { existsSync, mkdirSync } from 'node:fs'
import path from 'node:path'
import { claimRun } from './claim-run.ts'
import { createRun, type Run } from './create-run.ts'
import type { LocalPaths } from './local-paths.ts'
import { type LogStream, openLogStream } from './log-stream.ts'
import { type StartedParts, startParts } from './start-parts.ts'
import { createStartProgress, type StartProgress } from './start-progress.ts'
import { startWatchdog } from './start-watchdog.ts'

/**
 * `prompt`: Spark starts with the cloud and a topic is due at its first row, as a person who watches wants it.
 * `as-agreed`: a topic waits as long as its contract allows, and Spark starts with the first job.
 */
export type Processing = 'prompt' | 'as-agreed'

export type LocalCloudOptions = {
  readonly paths: LocalPaths
  /** Relative to the clone. */
  readonly contractsDir: string
  /** The console: `start` serves the production build, `dev` the development server, `off` leaves it out. */
  readonly console: 'start' | 'dev' | 'off'
  /** Watches the handlers' sources and updates the running functions. */
  readonly isLive: boolean
  readonly processing: Processing
  readonly preferredPorts: Readonly<
    Record<'console' | 'api' | 'emulator' | 'postgres' | 'oidc' | 'snowflake', number>
  >
  /** Further settings of the emulator, e.g. shorter Firehose buffers in tests. */
  readonly emulatorEnv?: Readonly<Record<string, string>>
}

export type LocalCloud = StartedParts & {
  readonly run: Run
  readonly log: LogStream
  readonly progress: StartProgress
  /** True when this start found no state of an earlier one. */
  readonly wasEmpty: boolean
  readonly signal: AbortSignal
  readonly stop: () => Promise<void>
}

/**
 * Brings up one whole local cloud: database, emulator, sign-in; then the SST program deployed onto them;
 * then API and console. Throws with the failing part's last lines, everything ended again.
 */
export async function startLocalCloud(
  options: LocalCloudOptions,
  show: (text: string) => void,
  stopRequest: AbortSignal,
): Promise<LocalCloud> {
  const { paths } = options
  const progress = createStartProgress(show, Date.now)
  const wasEmpty = !existsSync(path.join(paths.state, 'emulator'))
  mkdirSync(paths.state, { recursive: true })
  const former = await claimRun(paths.runFile, progress.say)
  const log = openLogStream(paths.logs, show)
  const aborter = new AbortController()
  const run = createRun(paths, former, log, progress.say)
  const closers: Array<() => Promise<void> | void> = []
  startWatchdog(paths.runFile)

  const stop = async (): Promise<void> => {
    aborter.abort()
    for (const close of closers) await close()
    await run.stop()
    await log.close()
  }
  // Ctrl-C while starting: what is under way fails quickly, and the catch below ends the rest.
  stopRequest.addEventListener('abort', () => aborter.abort(), { once: true })

  try {
    const parts = await startParts(options, { progress, run, log, signal: aborter.signal, closers })
    return { ...parts, run, log, progress, wasEmpty, signal: aborter.signal, stop }
  } catch (error) {
    await stop()
    throw error
  }
}
