/** Enough for the combinations of owners that a team has; each entry may be some hundred kilobytes. */
const entriesMax = 16

/**
 * Keeps the last answers of a list under a key that contains its version counter: while nothing changes, forty open
 * pages cost one query. Failed queries are not kept. Per process; the version is read from the database each time.
 */
export function rememberAnswers<T>(): (key: readonly unknown[], query: () => Promise<T>) => Promise<T> {
  const known = new Map<string, Promise<T>>()
  return (key, query) => {
    const name = JSON.stringify(key)
    const found = known.get(name)
    if (found !== undefined) return found
    const answer = query().catch((cause) => {
      known.delete(name)
      throw cause
    })
    const oldest = known.keys().next().value
    if (known.size >= entriesMax && oldest !== undefined) known.delete(oldest)
    known.set(name, answer)
    return answer
  }
}
