import { spawn } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'

export type ChildEnd = { seconds: number; code: number | null; wasKilled: boolean; output: string }

/** A program that moves messages from one queue to another. */
export type Tool = {
  name: string
  run(env: NodeJS.ProcessEnv, from: string, to: string, killAfterMs?: number): Promise<ChildEnd>
}

/** Runs a program to its end, or kills it with SIGKILL after `killAfterMs` or as soon as `killWhen` says so. */
export async function runChild(
  command: string,
  args: readonly string[],
  options: { env: NodeJS.ProcessEnv; cwd?: string; killAfterMs?: number; killWhen?: () => Promise<boolean> },
): Promise<ChildEnd> {
  const started = performance.now()
  const child = spawn(command, args, {
    env: options.env,
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => {
      output = (output + chunk.toString('utf8')).slice(-20_000)
    })
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', resolve)
  })
  let wasKilled = false
  if (options.killAfterMs !== undefined) {
    const end = await Promise.race([ended.then(() => 'ended'), sleep(options.killAfterMs, 'late')])
    if (end === 'late') {
      wasKilled = true
      child.kill('SIGKILL')
    }
  }
  let isOver = false
  void ended.then(() => {
    isOver = true
  })
  while (options.killWhen && !isOver && !wasKilled) {
    if (await options.killWhen()) wasKilled = child.kill('SIGKILL')
    else await sleep(20)
  }
  const code = await ended
  return { seconds: (performance.now() - started) / 1_000, code, wasKilled, output }
}

/** The last line a child wrote as JSON; throws with its output when it failed. */
export function lastJson<T>(end: ChildEnd): T {
  if (end.code !== 0) throw new Error(`a process of the bench ended with ${end.code}:\n${end.output}`)
  return JSON.parse(end.output.trim().split('\n').at(-1) ?? '') as T
}
