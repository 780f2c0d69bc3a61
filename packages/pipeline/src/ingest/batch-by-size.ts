/**
 * Splits items into batches of at most `countMax` items and `bytesMax` bytes, in order.
 * An item larger than `bytesMax` gets a batch of its own: callers keep such items out.
 */
export function batchBySize<T>(
  items: readonly T[],
  bytesOf: (item: T) => number,
  limits: { countMax: number; bytesMax: number },
): T[][] {
  const batches: T[][] = []
  let batch: T[] = []
  let bytes = 0
  for (const item of items) {
    const size = bytesOf(item)
    if (batch.length > 0 && (batch.length >= limits.countMax || bytes + size > limits.bytesMax)) {
      batches.push(batch)
      batch = []
      bytes = 0
    }
    batch.push(item)
    bytes += size
  }
  if (batch.length > 0) batches.push(batch)
  return batches
}
