import { type DeadLetterFilter, isSearchBounded } from '../../contract/dead-letter-filter.ts'
import { AppError } from '../../errors/app-error.ts'

/** Bodies are read one by one: a search in them without a bound is refused before it begins. Throws UNPROCESSABLE. */
export function requireBoundedSearch(filter: DeadLetterFilter, now: Date): void {
  if (!isSearchBounded(filter, now))
    throw new AppError('UNPROCESSABLE', 'A search in bodies needs a topic, a group or at most 24 hours.')
}
