import type { DeadLetterFilter } from '@lean-ops/common/contract/dead-letter-filter'
import { parseAsInteger, parseAsNativeArrayOf, parseAsString, parseAsStringLiteral } from 'nuqs/server'
import { stages, statuses } from './filter-words.ts'

export const views = ['groups', 'messages'] as const
export type DeadLetterView = (typeof views)[number]

/** The filter as it stands in the address: the same names as in the API, so that one can be read as the other. */
export const filterParams = {
  topic: parseAsNativeArrayOf(parseAsString),
  owner: parseAsNativeArrayOf(parseAsString),
  stage: parseAsNativeArrayOf(parseAsStringLiteral(stages)),
  code: parseAsNativeArrayOf(parseAsString),
  fingerprint: parseAsNativeArrayOf(parseAsString),
  status: parseAsNativeArrayOf(parseAsStringLiteral(statuses)),
  messageId: parseAsNativeArrayOf(parseAsString),
  last: parseAsString,
  failedFrom: parseAsString,
  failedTo: parseAsString,
  attemptsMin: parseAsInteger,
  text: parseAsString,
  path: parseAsString,
  pathValue: parseAsString,
}

export const pageParams = {
  view: parseAsStringLiteral(views).withDefault('groups'),
  /** The dead letter in the inspector. */
  id: parseAsString,
  tab: parseAsStringLiteral(['payload', 'attributes', 'error', 'lineage', 'history'] as const).withDefault(
    'payload',
  ),
}

type FilterState = {
  [K in keyof typeof filterParams]: ReturnType<(typeof filterParams)[K]['parseServerSide']>
}

/** `all` in the address means every status; without a status the open ones are meant, and a chip says so. */
export function filterOf(state: FilterState): DeadLetterFilter {
  const filter: DeadLetterFilter = {}
  if (state.topic?.length) filter.topic = state.topic
  if (state.owner?.length) filter.owner = state.owner
  if (state.stage?.length) filter.stage = state.stage
  if (state.code?.length) filter.code = state.code
  if (state.fingerprint?.length) filter.fingerprint = state.fingerprint
  if (state.messageId?.length) filter.messageId = state.messageId
  const wanted = state.status ?? []
  if (wanted.length === 0) filter.status = ['open']
  else if (!wanted.includes('all')) filter.status = wanted.filter((status) => status !== 'all')
  if (state.failedFrom) filter.failedFrom = state.failedFrom
  if (state.failedTo) filter.failedTo = state.failedTo
  if (state.last && !state.failedFrom && !state.failedTo) filter.last = state.last
  if (state.attemptsMin !== null) filter.attemptsMin = state.attemptsMin
  if (state.text && state.text.trim().length >= 2) filter.text = state.text.trim()
  if (state.path && state.pathValue !== null) {
    filter.path = state.path
    filter.pathValue = state.pathValue
  }
  return filter
}
