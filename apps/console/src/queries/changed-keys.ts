import type { QueryKey } from '@tanstack/react-query'

/** Queries to read again when the version of a noun moved. The list of messages is not among them: it must not shift under the reader. */
const keysOfNoun: Record<string, readonly QueryKey[]> = {
  dead_letters: [
    ['dead-letters', 'head'],
    ['dead-letters', 'groups'],
    ['dead-letters', 'histogram'],
    ['dead-letters', 'facets'],
    ['dead-letters', 'one'],
    ['dead-letters', 'history'],
  ],
  topics: [['topics']],
  topic_status: [['topics']],
  operations: [['operations']],
  saved_views: [['saved-views']],
  settings: [['settings']],
  hold: [['hold']],
}

/** The query keys whose nouns have another version now than before. The first reading changes nothing. */
export function changedKeys(
  before: Readonly<Record<string, number>> | undefined,
  now: Readonly<Record<string, number>>,
): QueryKey[] {
  if (!before) return []
  return Object.keys(now)
    .filter((noun) => now[noun] !== before[noun])
    .flatMap((noun) => keysOfNoun[noun] ?? [])
}
