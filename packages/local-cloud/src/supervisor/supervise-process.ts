import { type ChildProcess, spawn } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import { AppError } from '@lean-ops/common/errors/app-error'
import { endProcessGroup, signalGroup } from './end-process-group.ts'
import { identify, type ProcessIdentity } from './process-identity.ts'
import type { RecordedProcess } from './run-file.ts'
import { splitLines } from './split-lines.ts'

export type ProcessSpec = {
  readonly name: string
  readonly command: string
  readonly args: readonly string[]
  readonly cwd: string
  /** The whole environment: nothing of the caller's own is passed on. */
  readonly env: Readonly<Record<string, string>>
  /** A line of its output that says it is ready, or an address that answers below 500. */
  readonly ready: { readonly line: (line: string) => boolean } | { readonly url: string }
  readonly readyTimeoutMs: number
  /** How long it may take to save what it holds when asked to end. */
  readonly graceMs: number
  readonly user?: { readonly uid: number; readonly gid: number }
}

export type SupervisedProcess = {
  readonly name: string
  readonly identity: () => ProcessIdentity | undefined
  readonly record: () => RecordedProcess
  /** Ends it and starts it again, perhaps with another environment. */
  readonly restart: (env?: Readonly<Record<string, string>>) => Promise<void>
  readonly stop: () => Promise<void>
}

export type SuperviseDeps = {
  readonly log: (name: string, line: string) => void
  /** Something said by the supervisor itself about this process. */
  readonly say: (line: string) => void
  /** The recorded state changed; also before it is ready for the first time. */
  readonly changed: (record: RecordedProcess) => void
  /** It crashed and is ready again. */
  readonly recovered: () => void
  /** False once everything is being stopped: nothing is started any more. */
  readonly isWanted: () => boolean
  readonly now: () => number
  readonly backOff?: { readonly firstMs: number; readonly maxMs: number }
}

const stableMs = 30_000
const firstTriesMax = 2

/**
 * Starts a process in a group of its own and keeps it running: a crash is said and answered by a restart
 * with growing pauses. Resolves when it is ready for the first time; throws when it cannot get there.
 */
export async function superviseProcess(first: ProcessSpec, deps: SuperviseDeps): Promise<SupervisedProcess> {
  const { firstMs, maxMs } = deps.backOff ?? { firstMs: 500, maxMs: 15_000 }
  let spec = first
  let child: ChildProcess | undefined
  let identity: ProcessIdentity | undefined
  let state: RecordedProcess['state'] = 'starting'
  let restarts = 0
  let stopping = false
  let pauseMs = firstMs
  let lastLines: string[] = []

  const record = (): RecordedProcess => ({
    name: spec.name,
    pid: identity?.pid ?? 0,
    startedAt: identity?.startedAt ?? '',
    state,
    restarts,
    graceMs: spec.graceMs,
  })

  const become = (next: RecordedProcess['state']): void => {
    state = next
    deps.changed(record())
  }

  const launch = async (): Promise<void> => {
    lastLines = []
    const launched = spawn(spec.command, [...spec.args], {
      cwd: spec.cwd,
      env: { ...spec.env },
      // Its own group: Ctrl-C reaches only the supervisor, which ends everything in the right order.
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
      ...(spec.user ?? {}),
    })
    child = launched
    const readiness = Promise.withResolvers<void>()
    // Somebody always learns of it: below, by awaiting; this keeps an early failure from counting as unhandled.
    readiness.promise.catch(() => undefined)
    const onLine = (line: string): void => {
      deps.log(spec.name, line)
      lastLines = [...lastLines.slice(-14), line]
      if ('line' in spec.ready && spec.ready.line(line)) readiness.resolve()
    }
    for (const stream of [launched.stdout, launched.stderr]) {
      const lines = splitLines(onLine)
      stream?.setEncoding('utf8').on('data', lines.push).on('end', lines.flush)
    }
    launched.once('error', (error) => readiness.reject(error))
    launched.once('exit', (code, signal) => {
      readiness.reject(new Error(`${spec.name} ended with ${code ?? signal} before it was ready`))
      if (child === launched && state === 'ready' && !stopping) void recover(`ended with ${code ?? signal}`)
    })
    if (launched.pid === undefined) return readiness.promise
    identity = identify(launched.pid)
    deps.changed(record())
    await Promise.race([
      readiness.promise,
      ...('url' in spec.ready ? [untilAnswers(spec.ready.url, () => child === launched)] : []),
      sleep(spec.readyTimeoutMs, undefined, { ref: false }).then(() => {
        throw new Error(`${spec.name} was not ready after ${Math.round(spec.readyTimeoutMs / 1000)} s`)
      }),
    ])
    become('ready')
  }

  /** What a crashed process started (Lambda workers, say) must not live on beside its successor. */
  const clearGroup = async (): Promise<void> => {
    if (!identity) return
    signalGroup(identity.pid, 'SIGKILL')
    await endProcessGroup(identity, 0)
  }

  const recover = async (cause: string): Promise<void> => {
    for (let why = cause; !stopping && deps.isWanted(); ) {
      become('restarting')
      deps.say(`${spec.name} ${why}; starting it again in ${(pauseMs / 1000).toFixed(1)} s`)
      await clearGroup()
      await sleep(pauseMs)
      pauseMs = Math.min(pauseMs * 2, maxMs)
      if (stopping || !deps.isWanted()) return
      restarts += 1
      try {
        const startedAt = deps.now()
        await launch()
        deps.say(`${spec.name} is back after ${((deps.now() - startedAt) / 1000).toFixed(1)} s`)
        setTimeout(() => (pauseMs = state === 'ready' ? firstMs : pauseMs), stableMs).unref()
        deps.recovered()
        return
      } catch (error) {
        why = error instanceof Error ? error.message : String(error)
      }
    }
  }

  for (let attempt = 1; ; attempt += 1) {
    try {
      await launch()
      break
    } catch (error) {
      await clearGroup()
      if (attempt < firstTriesMax && deps.isWanted()) continue
      become('failed')
      const output = lastLines.map((line) => `    ${line}`).join('\n')
      throw new AppError('UNAVAILABLE', `${spec.name} does not start\n${output}`, { cause: error })
    }
  }

  return {
    name: spec.name,
    identity: () => identity,
    record,
    restart: async (env) => {
      spec = env ? { ...spec, env } : spec
      become('restarting')
      if (identity) await endProcessGroup(identity, spec.graceMs)
      await launch()
    },
    stop: async () => {
      stopping = true
      if (identity) await endProcessGroup(identity, spec.graceMs)
      become('stopped')
    },
  }
}

/** Polls until the address answers with anything but a server error, or nobody waits any more. */
async function untilAnswers(url: string, isWanted: () => boolean): Promise<void> {
  while (isWanted()) {
    try {
      const answer = await fetch(url, { signal: AbortSignal.timeout(5_000), redirect: 'manual' })
      await answer.body?.cancel()
      if (answer.status < 500) return
    } catch {
      // Not listening yet: the time limit beside us ends the wait.
    }
    await sleep(100)
  }
}
