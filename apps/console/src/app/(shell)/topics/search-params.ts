import { verdictStates } from '@lean-ops/common/contract/topic-verdict'
import { parseAsArrayOf, parseAsString, parseAsStringLiteral } from 'nuqs'
import { columnIds, defaultColumns } from './board-columns.ts'

export const hasChoices = ['backlog', 'dead-letters', 'arrivals'] as const
export type HasChoice = (typeof hasChoices)[number]

/** The whole state of the board: what a copied address shows is what was seen. */
export const topicsParams = {
  q: parseAsString.withDefault(''),
  verdict: parseAsArrayOf(parseAsStringLiteral(verdictStates)).withDefault([]),
  owner: parseAsString,
  has: parseAsArrayOf(parseAsStringLiteral(hasChoices)).withDefault([]),
  sort: parseAsStringLiteral(columnIds).withDefault('verdict'),
  dir: parseAsStringLiteral(['asc', 'desc'] as const),
  cols: parseAsArrayOf(parseAsStringLiteral(columnIds)).withDefault(defaultColumns),
}
