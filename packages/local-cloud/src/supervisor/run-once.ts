import { spawn } from 'node:child_process'
import { AppError } from '@lean-ops/common/errors/app-error'
import { endProcessGroup } from './end-process-group.ts'
import { identify } from './process-identity.ts'
import { splitLines } from './split-lines.ts'

export type OneShot = {
  readonly name: string
  readonly command: string
  readonly args: readonly string[]
  readonly cwd: string
  readonly env: Readonly<Record<string, string | undefined>>
}

/** Runs a command to its end, its lines into the log. Throws UNAVAILABLE with its last lines when it fails. */
export async function runOnce(
  shot: OneShot,
  log: (name: string, line: string) => void,
  signal: AbortSignal,
): Promise<void> {
  const child = spawn(shot.command, [...shot.args], {
    cwd: shot.cwd,
    env: { ...shot.env },
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const identity = child.pid === undefined ? undefined : identify(child.pid)
  const stop = (): void => {
    if (identity) void endProcessGroup(identity, 3_000)
  }
  signal.addEventListener('abort', stop, { once: true })
  let lastLines: string[] = []
  for (const stream of [child.stdout, child.stderr]) {
    const lines = splitLines((line) => {
      lastLines = [...lastLines.slice(-24), line]
      log(shot.name, line)
    })
    stream.setEncoding('utf8').on('data', lines.push).on('end', lines.flush)
  }
  const ended = await new Promise<{ code: number | null; signal: string | null }>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code, by) => resolve({ code, signal: by }))
  }).finally(() => signal.removeEventListener('abort', stop))
  if (ended.code === 0) return
  if (signal.aborted) throw new AppError('UNAVAILABLE', `${shot.name} was stopped`)
  throw new AppError(
    'UNAVAILABLE',
    `${shot.name} ended with ${ended.code ?? ended.signal}\n${lastLines.map((line) => `    ${line}`).join('\n')}`,
  )
}
