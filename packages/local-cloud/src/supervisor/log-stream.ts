import { createWriteStream, mkdirSync, renameSync, statSync, type WriteStream } from 'node:fs'
import path from 'node:path'
import pc from 'picocolors'

const fileBytesMax = 20 * 1024 * 1024
const hues = [pc.cyan, pc.magenta, pc.green, pc.yellow, pc.blue, pc.red] as const

export type LogStream = {
  /** One line of a named part, to its file and (unless `fileOnly`) to the merged stream. */
  readonly write: (name: string, line: string, options?: { fileOnly?: boolean }) => void
  /** Only the merged stream: for lines that are in a file already. */
  readonly show: (name: string, line: string) => void
  readonly close: () => Promise<void>
}

/** One merged, coloured stream for the eye, and a file per part for everything else. */
export function openLogStream(folder: string, show: (text: string) => void): LogStream {
  mkdirSync(folder, { recursive: true })
  const files = new Map<string, WriteStream>()
  let width = 8

  const fileOf = (name: string): WriteStream => {
    const known = files.get(name)
    if (known) return known
    const file = path.join(folder, `${name}.log`)
    if (sizeOf(file) > fileBytesMax) renameSync(file, `${file}.1`)
    const opened = createWriteStream(file, { flags: 'a' })
    files.set(name, opened)
    return opened
  }

  const showLine = (name: string, line: string): void => {
    width = Math.max(width, name.length)
    show(`${hueOf(name)(name.padEnd(width))} ${pc.dim('│')} ${line}\n`)
  }

  return {
    write: (name, line, options) => {
      fileOf(name).write(`${line}\n`)
      if (!options?.fileOnly) showLine(name, line)
    },
    show: showLine,
    close: async () => {
      await Promise.all([...files.values()].map((file) => new Promise<void>((done) => file.end(done))))
    },
  }
}

/** The same part has the same colour in every run. */
function hueOf(name: string): (text: string) => string {
  const sum = [...name].reduce((total, letter) => total + letter.charCodeAt(0), 0)
  return hues[sum % hues.length] ?? pc.cyan
}

function sizeOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0
}
