import { spawn } from 'node:child_process'
import { AppError } from '@lean-ops/common/errors/app-error'
import { endProcessGroup } from '../supervisor/end-process-group.ts'
import { localPaths } from '../supervisor/local-paths.ts'
import { snowflakeProcess } from '../supervisor/local-processes.ts'
import { pickPort } from '../supervisor/pick-port.ts'
import { identify } from '../supervisor/process-identity.ts'
import { splitLines } from '../supervisor/split-lines.ts'
import type { TestEmulator } from './emulator.ts'

export type TestSnowflake = {
  readonly url: string
  /** Ends it and starts it again on the same port with the same state. */
  readonly restart: () => Promise<void>
  readonly stop: () => Promise<void>
}

const readyTimeoutMs = 120_000
/** Ends it when its standard input does: a test process that is killed runs no exit handler. */
const endWithParent = [
  'import os, runpy, signal, sys, threading',
  'def wait(): sys.stdin.buffer.read(); os.kill(os.getpid(), signal.SIGTERM)',
  'threading.Thread(target=wait, daemon=True).start()',
  'runpy.run_module("emulator.snowflake_stand_in", run_name="__main__")',
].join('\n')

/** A Snowflake stand-in over a test's own emulator. `pollSeconds`: how often automatic refresh looks. */
export async function startTestSnowflake(emulator: TestEmulator, pollSeconds = 0.2): Promise<TestSnowflake> {
  const port = await pickPort(0, new Set())
  const paths = { ...localPaths(), state: `${emulator.folder}/state` }
  const spec = snowflakeProcess(paths, port, emulator.endpoint)
  let stop = await start()

  async function start(): Promise<() => Promise<void>> {
    const child = spawn(spec.command, ['-c', endWithParent], {
      cwd: spec.cwd,
      env: { ...spec.env, SNOWFLAKE_POLL_SECONDS: String(pollSeconds) },
      detached: true,
      stdio: ['pipe', 'pipe', 'pipe'],
    })
    const output: string[] = []
    const ready = Promise.withResolvers<void>()
    for (const stream of [child.stdout, child.stderr]) {
      const lines = splitLines((line) => {
        output.push(line)
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
      const message = `the Snowflake stand-in does not start\n${output.join('\n')}`
      throw new AppError('UNAVAILABLE', message, { cause })
    } finally {
      clearTimeout(timer)
    }
    const identity = identify(child.pid ?? 0)
    return () => endProcessGroup(identity, 5_000)
  }

  return {
    url: `http://127.0.0.1:${port}`,
    restart: async () => {
      await stop()
      stop = await start()
    },
    stop: () => stop(),
  }
}
