/** Where a command writes: results to standard output, progress to standard error, so that `| jq` and `> file` work. */
export type Output = {
  isJson: boolean
  isInteractive: boolean
  /** One result: the JSON as it is, or the text for people. */
  result(json: unknown, text: string): void
  line(text: string): void
  /** Replaces the last progress line on a terminal; elsewhere prints it once a second at most. */
  progress(text: string): void
  progressEnd(): void
}

export function createOutput(isJson: boolean, out: NodeJS.WriteStream, err: NodeJS.WriteStream): Output {
  const isInteractive = err.isTTY === true
  let lastAt = 0
  let isOpen = false
  return {
    isJson,
    isInteractive,
    result: (json, text) => out.write(`${isJson ? JSON.stringify(json) : text}\n`),
    line: (text) => err.write(`${text}\n`),
    progress: (text) => {
      if (isInteractive) {
        err.write(`\r\u001b[2K${text}`)
        isOpen = true
        return
      }
      if (Date.now() - lastAt < 1_000) return
      lastAt = Date.now()
      err.write(`${text}\n`)
    },
    progressEnd: () => {
      if (isOpen) err.write('\n')
      isOpen = false
    },
  }
}

/** Columns padded to their widest cell; numbers to the right. Control characters of payload text never reach the terminal. */
export function table(
  header: readonly string[],
  rows: readonly (readonly (string | number | null)[])[],
): string {
  const cells = rows.map((row) => row.map((c) => (c === null ? '–' : clean(String(c)))))
  const widths = header.map((h, n) => Math.max(h.length, ...cells.map((row) => row[n]?.length ?? 0)))
  const isNumber = header.map((_, n) => rows.length > 0 && rows.every((row) => typeof row[n] === 'number'))
  const print = (row: readonly string[]) =>
    row
      .map((c, n) => (isNumber[n] ? c.padStart(widths[n] ?? 0) : c.padEnd(widths[n] ?? 0)))
      .join('  ')
      .trimEnd()
  return [print(header), ...cells.map(print)].join('\n')
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is removed
const clean = (text: string): string => text.replace(/[\u0000-\u001f\u007f-\u009f]/g, ' ')

/** `#####-----  50 %` */
export function bar(share: number, width = 24): string {
  const full = Math.round(Math.min(1, Math.max(0, share)) * width)
  return `${'#'.repeat(full)}${'-'.repeat(width - full)} ${String(Math.round(share * 100)).padStart(3)} %`
}
