import { mkdtemp, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { endProcessGroup } from '../supervisor/end-process-group.ts'
import { localPaths } from '../supervisor/local-paths.ts'
import { emulatorProcess } from '../supervisor/local-processes.ts'
import { pickPort } from '../supervisor/pick-port.ts'
import { startWithTest } from './start-with-test.ts'

export type TestEmulator = {
  /** E.g. `http://127.0.0.1:41234`; credentials `test`/`test`, region us-east-1, account 000000000000. */
  readonly endpoint: string
  /** Its state, logs (`logs/`) and faults file (`faults.json`). */
  readonly folder: string
  readonly stop: () => Promise<void>
}

const readyTimeoutMs = 60_000

/**
 * An emulator of its own for one test file: empty state in a temporary folder, a free port, ended with the
 * test process at the latest. `env` overrides its settings, e.g. `{ AUTH: 'false' }`.
 */
export async function startTestEmulator(env: Readonly<Record<string, string>> = {}): Promise<TestEmulator> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'lean-ops-emulator-'))
  const port = await pickPort(0, new Set())
  const spec = emulatorProcess({ ...localPaths(), ...pathsIn(folder) }, port, { env })
  const identity = await startWithTest(spec, 'emulator', readyTimeoutMs)
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
