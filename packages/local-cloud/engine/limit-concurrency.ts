/** A gate that lets at most `max` actions run at once; the rest wait in order. */
export function limitConcurrency(max: number): <T>(action: () => Promise<T>) => Promise<T> {
  const waiting: (() => void)[] = []
  let running = 0
  return async (action) => {
    if (running >= max) await new Promise<void>((start) => waiting.push(start))
    else running++
    try {
      return await action()
    } finally {
      const start = waiting.shift()
      if (start === undefined) running--
      else start()
    }
  }
}
