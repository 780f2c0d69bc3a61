import type { TopicSample } from '@lean-ops/common/contract/topics'

/** Growth per minute over the last `minutes` of a rising count; null with fewer than two readings in that time. */
export function ratePerMinute(
  samples: readonly TopicSample[],
  field: 'rawRows' | 'deadLettersOpen',
  minutes = 5,
): number | null {
  const known = samples.filter((sample) => sample[field] !== null)
  const last = known.at(-1)
  if (!last) return null
  const fromMs = Date.parse(last.at) - minutes * 60_000
  const first = known.find((sample) => Date.parse(sample.at) >= fromMs)
  if (!first || first === last) return null
  const elapsed = (Date.parse(last.at) - Date.parse(first.at)) / 60_000
  return ((last[field] ?? 0) - (first[field] ?? 0)) / elapsed
}

/** Commits seen between samples: the minutes in which RAW grew, newest first. */
export function growthOfRaw(samples: readonly TopicSample[]): { at: string; rows: number; total: number }[] {
  const known = samples.filter((sample) => sample.rawRows !== null)
  const steps: { at: string; rows: number; total: number }[] = []
  for (let index = known.length - 1; index > 0; index -= 1) {
    const [now, before] = [known[index], known[index - 1]]
    const rows = (now?.rawRows ?? 0) - (before?.rawRows ?? 0)
    if (now && rows !== 0) steps.push({ at: now.at, rows, total: now.rawRows ?? 0 })
  }
  return steps
}
