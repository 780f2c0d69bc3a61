import { spawn } from 'node:child_process'
import path from 'node:path'

export const rootDir = path.resolve(import.meta.dirname, '..')

/** A tool of the workspace (`node_modules/.bin`), by the name of its file. */
export const tool = (name: string): string => path.join(rootDir, 'node_modules/.bin', name)

/** Python of the emulator's environment. */
export const python = path.join(rootDir, '.local/venv-emulator/bin/python')

/** Python of the Spark jobs' environment. */
export const jobsPython = path.join(rootDir, '.local/venv-jobs/bin/python')

export type ToolResult = { readonly code: number; readonly output: string }

type ToolOptions = {
  readonly cwd?: string
  readonly env?: Readonly<Record<string, string>>
  /** Shown while it runs, besides being returned. */
  readonly isStreamed?: boolean
}

/** Runs a command to its end; a signal counts as code 1. Never rejects for what the command does. */
export function runTool(
  command: string,
  args: readonly string[],
  options: ToolOptions = {},
): Promise<ToolResult> {
  const { promise, resolve, reject } = Promise.withResolvers<ToolResult>()
  const child = spawn(command, [...args], {
    cwd: options.cwd ?? rootDir,
    env: { ...process.env, ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      output += chunk
      if (options.isStreamed) process.stdout.write(chunk)
    })
  child.once('error', reject)
  child.once('close', (code) => resolve({ code: code ?? 1, output }))
  return promise
}
