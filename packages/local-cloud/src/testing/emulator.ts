import { spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { AppError } from '@lean-ops/common/errors/app-error'
import { endProcessGroup, signalGroup } from '../supervisor/end-process-group.ts'
import { localPaths } from '../supervisor/local-paths.ts'
import { emulatorProcess } from '../supervisor/local-processes.ts'
import { pickPort } from '../supervisor/pick-port.ts'
import { identify } from '../supervisor/process-identity.ts'
import { splitLines } from '../supervisor/split-lines.ts'

export type TestEmulator = {
  /** E.g. `http://127.0.0.1:41234`; credentials `test`/`test`, region us-east-1, account 000000000000. */
  readonly endpoint: string
  /** Its state, logs (`logs/`) and faults file (`faults.json`). */
  readonly folder: string
  readonly stop: () => Promise<void>
}

const readyTimeoutMs = 60_000
/** Ends the emulator when its standard input does: a test process that is killed runs no exit handler. */
const endWithParent = [
  'import os, runpy, signal, sys, threading',
  'def wait(): sys.stdin.buffer.read(); os.kill(os.getpid(), signal.SIGTERM)',
  'threading.Thread(target=wait, daemon=True).start()',
  'runpy.run_module("emulator", run_name="__main__")',
].join('\n')

/**
 * An emulator of its own for one test file: empty state in a temporary folder, a free port, ended with the
 * test process at the latest. `env` overrides its settings, e.g. `{ AUTH: 'false' }`.
 */
export async function startTestEmulator(env: Readonly<Record<string, string>> = {}): Promise<TestEmulator> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'lean-ops-emulator-'))
  const port = await pickPort(0, new Set())
  const spec = emulatorProcess({ ...localPaths(), ...pathsIn(folder) }, port, { env })
  const child = spawn(spec.command, ['-c', endWithParent], {
    cwd: spec.cwd,
    env: { ...spec.env },
    detached: true,
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  const { pid } = child

  const output: string[] = []
  const ready = Promise.withResolvers<void>()
  for (const stream of [child.stdout, child.stderr]) {
    const lines = splitLines((line) => {
      output.push(line)
      if (output.length > 40) output.shift()
      if ('line' in spec.ready && spec.ready.line(line)) ready.resolve()
    })
    stream.setEncoding('utf8').on('data', lines.push)
  }
  child.once('error', ready.reject)
  child.once('exit', (code) => ready.reject(new Error(`ended with ${code}`)))
  const timer = setTimeout(() => ready.reject(new Error('not ready in time')), readyTimeoutMs)
  try {
    await ready.promise
  } catch (cause) {
    if (pid !== undefined) signalGroup(pid, 'SIGKILL')
    throw new AppError('UNAVAILABLE', `the emulator does not start\n${output.join('\n')}`, { cause })
  } finally {
    clearTimeout(timer)
  }
  const identity = identify(pid ?? 0)
  return {
    endpoint: `http://127.0.0.1:${port}`,
    folder,
    stop: async () => {
      await endProcessGroup(identity, 10_000)
      await rm(folder, { recursive: true, force: true })
    },
  }
}

function pathsIn(folder: string): { base: string; state: string; logs: string } {
  return { base: folder, state: path.join(folder, 'state'), logs: path.join(folder, 'logs') }
}
