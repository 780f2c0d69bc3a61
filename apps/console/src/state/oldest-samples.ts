import type { TopicRow } from '@lean-ops/common/contract/topics'

export type SampleAge = {
  label: 'queues' | 'RAW' | 'dead letters' | 'mappings'
  /** ISO moment of the oldest successful reading of this kind; null when one topic was never read. */
  at: string | null
}

const kinds = [
  ['queues', 'queue'],
  ['RAW', 'raw'],
  ['dead letters', 'deadLetters'],
  ['mappings', 'mapping'],
] as const

/** Per kind of sample its oldest reading over all topics, the oldest kind first; "never" is oldest of all. */
export function oldestSamples(rows: readonly TopicRow[]): SampleAge[] {
  if (rows.length === 0) return []
  const ages = kinds.map(([label, field]): SampleAge => {
    let at: string | null = rows[0]?.[field].collectedAt ?? null
    for (const row of rows) {
      const { collectedAt } = row[field]
      if (collectedAt === null) return { label, at: null }
      if (at === null || collectedAt < at) at = collectedAt
    }
    return { label, at }
  })
  return ages.sort((a, b) => (a.at ?? '').localeCompare(b.at ?? ''))
}
