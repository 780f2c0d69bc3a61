import { endProcessGroup } from './end-process-group.ts'
import type { LocalPaths } from './local-paths.ts'
import type { LogStream } from './log-stream.ts'
import { pickPort } from './pick-port.ts'
import { identify } from './process-identity.ts'
import { type RecordedProcess, type RunFile, writeRunFile } from './run-file.ts'
import { type ProcessSpec, type SupervisedProcess, superviseProcess } from './supervise-process.ts'

/** The processes of one running cloud and its run file, kept in step. */
export type Run = {
  readonly start: (spec: ProcessSpec, recovered?: () => void) => Promise<SupervisedProcess>
  readonly port: (name: string, preferred: number) => Promise<number>
  readonly publish: (changes: Partial<Pick<RunFile, 'urls' | 'contractsDir' | 'processing'>>) => void
  readonly find: (name: string) => SupervisedProcess | undefined
  /** Ends everything, last started first. */
  readonly stop: () => Promise<void>
}

export function createRun(
  paths: LocalPaths,
  former: RunFile | undefined,
  log: LogStream,
  say: (line: string) => void,
): Run {
  const processes: SupervisedProcess[] = []
  // A process that is still starting has no handle yet, but must be known to who cleans up after us.
  const starting = new Map<string, RecordedProcess>()
  const ports: Record<string, number> = {}
  let urls: RunFile['urls'] = {}
  let contractsDir = former?.contractsDir ?? 'contracts'
  let processing = former?.processing ?? 'prompt'
  let supervisor: RunFile['supervisor'] = identify(process.pid)
  let isStopping = false
  let isClosed = false

  const save = (): void => {
    if (isClosed) return
    writeRunFile(paths.runFile, {
      version: 1,
      ...(supervisor ? { supervisor } : {}),
      ports: { ...former?.ports, ...ports },
      processes: [...processes.map((one) => one.record()), ...starting.values()],
      urls,
      contractsDir,
      processing,
    })
  }

  return {
    start: async (spec, recovered) => {
      const supervised = await superviseProcess(spec, {
        log: (name, line) => log.write(name, line, { fileOnly: true }),
        say,
        isWanted: () => !isStopping,
        now: Date.now,
        changed: (record) => {
          if (processes.every((one) => one.name !== spec.name)) starting.set(spec.name, record)
          save()
        },
        recovered: () => recovered?.(),
      })
      starting.delete(spec.name)
      processes.push(supervised)
      save()
      return supervised
    },
    port: async (name, preferred) => {
      const port = await pickPort(former?.ports[name] ?? preferred, new Set(Object.values(ports)))
      ports[name] = port
      return port
    },
    publish: (changes) => {
      urls = { ...urls, ...changes.urls }
      contractsDir = changes.contractsDir ?? contractsDir
      processing = changes.processing ?? processing
      save()
    },
    find: (name) => processes.find((one) => one.name === name),
    stop: async () => {
      isStopping = true
      await Promise.all([...starting.values()].map((one) => endProcessGroup(one, 1_000)))
      for (const one of [...processes].reverse()) await one.stop()
      urls = {}
      supervisor = undefined
      processes.length = 0
      starting.clear()
      save()
      isClosed = true
    },
  }
}
