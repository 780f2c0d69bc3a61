import { closeSync, mkdirSync, openSync, readdirSync, readSync, statSync } from 'node:fs'
import path from 'node:path'
import { formatLogLine } from './format-log-line.ts'
import type { LogStream } from './log-stream.ts'
import { splitLines } from './split-lines.ts'

const pollMs = 250
const chunkBytes = 64 * 1024

/**
 * Shows what functions write to `<folder>/<function>.log` from now on in the merged stream. Polling: file
 * notifications differ between systems, and a quarter of a second is soon enough for a person.
 */
export function followFunctionLogs(folder: string, log: LogStream): () => void {
  mkdirSync(folder, { recursive: true })
  const read = new Map<string, { offset: number; push: (chunk: string) => void }>()
  const buffer = Buffer.alloc(chunkBytes)
  let isFirst = true

  const poll = (): void => {
    for (const name of readdirSync(folder).filter((file) => file.endsWith('.log'))) {
      const file = path.join(folder, name)
      const size = statSync(file, { throwIfNoEntry: false })?.size ?? 0
      const short = name.replace(/^lean-ops-[^-]+-|\.log$/g, '')
      const lines = (): { push: (chunk: string) => void } =>
        splitLines((line) => log.show(short, formatLogLine(line)))
      const known = read.get(name) ?? { offset: isFirst ? size : 0, push: lines().push }
      read.set(name, known)
      if (size < known.offset) known.offset = 0
      if (size === known.offset) continue
      const descriptor = openSync(file, 'r')
      try {
        for (let got = 1; got > 0; ) {
          got = readSync(descriptor, buffer, 0, chunkBytes, known.offset)
          known.offset += got
          if (got > 0) known.push(buffer.toString('utf8', 0, got))
        }
      } finally {
        closeSync(descriptor)
      }
    }
    isFirst = false
  }
  poll()
  const timer = setInterval(poll, pollMs)
  timer.unref()
  return () => clearInterval(timer)
}
