import { spawn } from 'node:child_process'
import { AppError } from '@lean-ops/common/errors/app-error'
import { signalGroup } from '../supervisor/end-process-group.ts'
import { identify, type ProcessIdentity } from '../supervisor/process-identity.ts'
import { splitLines } from '../supervisor/split-lines.ts'
import type { ProcessSpec } from '../supervisor/supervise-process.ts'

const linesKept = 40

/** A Python module that ends when its standard input does: a test process that is killed runs no exit handler. */
const endWithParent = (module: string): string =>
  [
    'import os, runpy, signal, sys, threading',
    'def wait(): sys.stdin.buffer.read(); os.kill(os.getpid(), signal.SIGTERM)',
    'threading.Thread(target=wait, daemon=True).start()',
    `runpy.run_module("${module}", run_name="__main__")`,
  ].join('\n')

/**
 * Starts one of the local cloud's Python processes for a test, ended with the test process at the latest. Resolves
 * when it says it is ready; throws UNAVAILABLE with the end of its output when it does not in `timeoutMs`.
 */
export async function startWithTest(
  spec: ProcessSpec,
  module: string,
  timeoutMs: number,
): Promise<ProcessIdentity> {
  const child = spawn(spec.command, ['-c', endWithParent(module)], {
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
      if (output.length > linesKept) output.shift()
      if ('line' in spec.ready && spec.ready.line(line)) ready.resolve()
    })
    stream.setEncoding('utf8').on('data', lines.push)
  }
  child.once('error', ready.reject)
  child.once('exit', (code) => ready.reject(new Error(`ended with ${code}`)))
  const timer = setTimeout(() => ready.reject(new Error('not ready in time')), timeoutMs)
  try {
    await ready.promise
  } catch (cause) {
    if (pid !== undefined) signalGroup(pid, 'SIGKILL')
    throw new AppError('UNAVAILABLE', `${spec.name} does not start\n${output.join('\n')}`, { cause })
  } finally {
    clearTimeout(timer)
  }
  return identify(pid ?? 0)
}
