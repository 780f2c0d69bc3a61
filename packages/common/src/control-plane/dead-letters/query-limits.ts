import type { DeadLetterFilter } from '../../contract/dead-letter-filter.ts'

/** The promise of the page: an answer, or an honest "too broad", within three seconds. */
export const queryTimeoutMs = 3_000
export const queryAdvice = 'Name a topic, a group or a shorter time.'

/** Bodies and attributes are searched row by row: no summary knows them. */
export const isSearch = (filter: DeadLetterFilter): boolean =>
  filter.text !== undefined || filter.path !== undefined || filter.attribute !== undefined
