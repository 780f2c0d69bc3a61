const parts = [
  [86_400, 'd'],
  [3_600, 'h'],
  [60, 'm'],
  [1, 's'],
] as const

/** Two units at most: `3 m 12 s`, `2 d 4 h`, `40 s`, and `120 ms` below a second. */
export function formatDuration(seconds: number): string {
  if (seconds > 0 && seconds < 1) return `${Math.max(1, Math.round(seconds * 1000))} ms`
  let rest = Math.max(0, Math.floor(seconds))
  const first = parts.findIndex(([size]) => rest >= size)
  if (first === -1) return '0 s'
  const shown: string[] = []
  for (const [size, unit] of parts.slice(first, first + 2)) {
    const count = Math.floor(rest / size)
    rest -= count * size
    if (count > 0) shown.push(`${count} ${unit}`)
  }
  return shown.join(' ')
}

/** One unit, for ages in narrow columns: `12 s`, `3 m`, `5 h`, `8 d`. */
export function formatAge(seconds: number): string {
  const [size, unit] = parts.find(([size]) => seconds >= size) ?? [1, 's']
  return `${Math.max(0, Math.floor(seconds / size))} ${unit}`
}
