/** Turns chunks of a child's output into whole lines; `flush` hands over a last line without an end. */
export function splitLines(onLine: (line: string) => void): {
  readonly push: (chunk: string) => void
  readonly flush: () => void
} {
  let rest = ''
  return {
    push: (chunk) => {
      const lines = (rest + chunk).split(/\r?\n/)
      rest = lines.pop() ?? ''
      for (const line of lines) if (line !== '') onLine(line)
    },
    flush: () => {
      if (rest !== '') onLine(rest)
      rest = ''
    },
  }
}
