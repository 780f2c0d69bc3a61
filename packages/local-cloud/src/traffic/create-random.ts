export type Random = {
  /** 0 ≤ n < 1 */
  next(): number
  /** 0 ≤ n < limit, integer */
  below(limit: number): number
  pick<T>(items: readonly [T, ...T[]]): T
  /** Hex digits. */
  hex(length: number): string
}

/** The same seed gives the same numbers on every machine (mulberry32's recurrence; not for secrets). */
export function createRandom(seed: number): Random {
  let state = seed >>> 0
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = Math.imul(state ^ (state >>> 15), state | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
  const below = (limit: number): number => Math.floor(next() * limit)
  return {
    next,
    below,
    pick: (items) => items[below(items.length)] ?? items[0],
    hex: (length) => Array.from({ length }, () => below(16).toString(16)).join(''),
  }
}
