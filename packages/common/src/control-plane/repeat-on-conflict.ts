/** Deadlock, serialization failure: PostgreSQL asks to run the same transaction again. */
const repeatable = new Set(['40P01', '40001'])
const attemptsMax = 5

/** Runs a whole transaction, again when PostgreSQL rolled it back in favour of another. `work` must have no other effects. */
export async function repeatOnConflict<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work()
    } catch (error) {
      if (attempt >= attemptsMax || !repeatable.has(sqlState(error))) throw error
    }
  }
}

/** The SQL state (five characters) of an error, also when Drizzle or we wrapped it; '' when PostgreSQL said nothing. */
export function sqlState(error: unknown): string {
  if (typeof error !== 'object' || error === null) return ''
  if ('code' in error && typeof error.code === 'string' && /^[0-9A-Z]{5}$/.test(error.code)) return error.code
  return 'cause' in error ? sqlState(error.cause) : ''
}
