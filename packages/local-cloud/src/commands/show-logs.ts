import { existsSync, readdirSync, readFileSync, statSync, watchFile } from 'node:fs'
import { open } from 'node:fs/promises'
import path from 'node:path'
import { AppError } from '@lean-ops/common/errors/app-error'
import { fullFunctionName } from '../live/handler-sources.ts'
import { formatLogLine } from '../supervisor/format-log-line.ts'
import type { LocalPaths } from '../supervisor/local-paths.ts'
import { splitLines } from '../supervisor/split-lines.ts'

const tailLines = 200
const tailBytes = 256 * 1024
const pollMs = 250

/** The end of one log, and with `--follow` what comes. Without a name: the logs there are, newest first. */
export async function showLogs(paths: LocalPaths, args: readonly string[]): Promise<void> {
  const name = args.find((arg) => !arg.startsWith('-'))
  if (name === undefined) return listLogs(paths)
  const candidates = [
    path.join(paths.logs, `${name}.log`),
    path.join(paths.logs, 'functions', `${fullFunctionName(name)}.log`),
  ]
  const file = candidates.find((candidate) => existsSync(candidate))
  if (!file) throw new AppError('NOT_FOUND', `no log named ${name}: \`npm run local -- logs\` lists them`)
  const size = statSync(file).size
  const tail = readFileSync(file)
    .subarray(Math.max(0, size - tailBytes))
    .toString('utf8')
  for (const line of tail.split('\n').filter(Boolean).slice(-tailLines)) console.log(formatLogLine(line))
  if (args.includes('--follow') || args.includes('-f')) follow(file, size)
}

function follow(file: string, from: number): void {
  const lines = splitLines((line) => console.log(formatLogLine(line)))
  let offset = from
  let reading: Promise<void> = Promise.resolve()
  const read = async (size: number): Promise<void> => {
    if (size < offset) offset = 0
    const handle = await open(file)
    try {
      const { bytesRead, buffer } = await handle.read(Buffer.alloc(size - offset), 0, size - offset, offset)
      offset += bytesRead
      lines.push(buffer.toString('utf8', 0, bytesRead))
    } finally {
      await handle.close()
    }
  }
  watchFile(file, { interval: pollMs }, ({ size }) => {
    reading = reading.then(() => read(size))
  })
}

function listLogs(paths: LocalPaths): void {
  const logs = [paths.logs, path.join(paths.logs, 'functions')]
    .filter((folder) => existsSync(folder))
    .flatMap((folder) => readdirSync(folder).map((file) => path.join(folder, file)))
    .filter((file) => file.endsWith('.log'))
    .map((file) => ({ name: path.basename(file, '.log'), at: statSync(file).mtime }))
    .sort((a, b) => b.at.getTime() - a.at.getTime())
  for (const { name, at } of logs) console.log(`${at.toISOString().slice(0, 19)}Z  ${name}`)
}
