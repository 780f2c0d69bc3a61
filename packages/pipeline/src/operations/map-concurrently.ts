/** Runs `act` over all items, at most `concurrency` at once; results in order. The first rejection is thrown after the others have ended. */
export async function mapConcurrently<T, R>(
  items: readonly T[],
  concurrency: number,
  act: (item: T) => Promise<R>,
): Promise<R[]> {
  const results = new Array<R>(items.length)
  let next = 0
  const lane = async (): Promise<void> => {
    while (next < items.length) {
      const n = next++
      results[n] = await act(items[n] as T)
    }
  }
  const settled = await Promise.allSettled(Array.from({ length: Math.min(concurrency, items.length) }, lane))
  for (const s of settled) if (s.status === 'rejected') throw s.reason
  return results
}
