import {
  type TopicVerdict,
  topicVerdict,
  type VerdictState,
  verdictStates,
} from '@lean-ops/common/contract/topic-verdict'
import type { TopicRow } from '@lean-ops/common/contract/topics'
import type { ColumnId } from './board-columns.ts'
import type { HasChoice } from './search-params.ts'

export type BoardRow = { row: TopicRow; verdict: TopicVerdict }

const judged = new WeakMap<TopicRow, BoardRow>()

/**
 * Adds the verdict to each row. A row that did not change, and whose verdict did not either, keeps its identity, so
 * that only changed rows are drawn again.
 */
export function judgeRows(rows: readonly TopicRow[], nowMs: number): BoardRow[] {
  return rows.map((row) => {
    const verdict = topicVerdict(row, nowMs)
    const before = judged.get(row)
    if (before && isSameVerdict(before.verdict, verdict)) return before
    const made = { row, verdict }
    judged.set(row, made)
    return made
  })
}

const isSameVerdict = (a: TopicVerdict, b: TopicVerdict): boolean =>
  a.state === b.state &&
  a.reasons.length === b.reasons.length &&
  a.reasons.every(({ code, brief, sentence }, n) => {
    const other = b.reasons[n]
    return code === other?.code && brief === other.brief && sentence === other.sentence
  })

export type BoardFilter = {
  q: string
  verdict: readonly VerdictState[]
  owner: string | null
  has: readonly HasChoice[]
}

const recentMs = 600_000

function hasIt(row: TopicRow, choice: HasChoice, nowMs: number): boolean {
  switch (choice) {
    case 'backlog':
      return (row.queue.visible ?? 0) > 0
    case 'dead-letters':
      return (row.deadLetters.open ?? 0) > 0
    case 'arrivals':
      return row.lastArrivalAt !== null && nowMs - Date.parse(row.lastArrivalAt) < recentMs
  }
}

/** The rows that match every part of the filter; several verdicts mean any of them. */
export function filterTopics(rows: readonly BoardRow[], filter: BoardFilter, nowMs: number): BoardRow[] {
  const words = filter.q.toLowerCase().split(/\s+/).filter(Boolean)
  return rows.filter(({ row, verdict }) => {
    if (filter.verdict.length > 0 && !filter.verdict.includes(verdict.state)) return false
    if (filter.owner !== null && row.owner !== filter.owner) return false
    if (!filter.has.every((choice) => hasIt(row, choice, nowMs))) return false
    const text = `${row.topic} ${row.owner}`.toLowerCase()
    return words.every((word) => text.includes(word))
  })
}

type SortKey = number | string | null

function sortKey({ row, verdict }: BoardRow, column: ColumnId): SortKey {
  switch (column) {
    case 'topic':
      return row.topic
    case 'verdict':
      return verdictStates.indexOf(verdict.state)
    case 'backlog':
      return row.queue.visible
    case 'inFlight':
      return row.queue.inFlight
    case 'oldest':
      return row.queue.oldestSeconds
    case 'arrival':
      return row.lastArrivalAt
    case 'rawRows':
      return row.raw.rows
    case 'snapshot':
      return row.raw.snapshotAt
    case 'deadLetters':
      return row.deadLetters.open
    case 'owner':
      return row.owner
  }
}

export type SortDirection = 'asc' | 'desc'

/** The direction a first click on a column gives: words upwards, quantities with the largest first. */
export function naturalDirection(column: ColumnId): SortDirection {
  return column === 'topic' || column === 'owner' || column === 'verdict' ? 'asc' : 'desc'
}

/** Sorts a copy. Unknown values stand last in both directions; equal ones keep the order of topic names. */
export function sortTopics(
  rows: readonly BoardRow[],
  column: ColumnId,
  direction: SortDirection,
): BoardRow[] {
  const sign = direction === 'asc' ? 1 : -1
  return [...rows].sort((left, right) => {
    const [a, b] = [sortKey(left, column), sortKey(right, column)]
    if (a !== b) {
      if (a === null) return 1
      if (b === null) return -1
      return (a < b ? -1 : 1) * sign
    }
    return left.row.topic < right.row.topic ? -1 : 1
  })
}

/** How many rows have each verdict. */
export function countVerdicts(rows: readonly BoardRow[]): Record<VerdictState, number> {
  const counts = { degraded: 0, warning: 0, paused: 0, unknown: 0, healthy: 0 }
  for (const { verdict } of rows) counts[verdict.state] += 1
  return counts
}
