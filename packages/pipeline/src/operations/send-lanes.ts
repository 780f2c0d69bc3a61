/** Work that goes on while its owner does something else. One owner: it alone calls these, never two at once. */
export type Lanes<T, R> = {
  push(items: readonly T[]): void
  /** Results since the last call. */
  takeFinished(): R[]
  /** Items that no lane has begun; they are the owner's again. */
  takeWaiting(): T[]
  isIdle(): boolean
  /** Resolves when a lane has ended a piece of work since the last look; at once when nothing is under way. */
  change(): Promise<void>
  /** Begins nothing more; resolves when the lanes have ended, with the first error that one of them threw. */
  stop(): Promise<{ error: unknown } | undefined>
  hasFailed(): boolean
}

/** `count` lanes, each of which takes up to `size` waiting items at a time, in order, as soon as it is free. After an error none takes more. */
export function openLanes<T, R>(
  { count, size }: { count: number; size: number },
  work: (items: T[]) => Promise<R>,
): Lanes<T, R> {
  let waiting: T[] = []
  let finished: R[] = []
  let underWay = 0
  let isStopped = false
  let failure: { error: unknown } | undefined
  let change = Promise.withResolvers<void>()
  const begin = (): void => {
    while (underWay < count && waiting.length > 0 && !isStopped && !failure) {
      underWay += 1
      void run(waiting.splice(0, size))
    }
  }
  const run = async (items: T[]): Promise<void> => {
    try {
      const result = await work(items)
      finished.push(result)
    } catch (error) {
      failure ??= { error }
    }
    underWay -= 1
    begin()
    change.resolve()
  }
  const changed = async (): Promise<void> => {
    if (underWay > 0) await change.promise
    change = Promise.withResolvers()
  }
  return {
    push(items) {
      waiting.push(...items)
      begin()
    },
    takeFinished() {
      const taken = finished
      finished = []
      return taken
    },
    takeWaiting() {
      const taken = waiting
      waiting = []
      return taken
    },
    isIdle: () => underWay === 0,
    change: changed,
    async stop() {
      isStopped = true
      while (underWay > 0) await changed()
      return failure
    },
    hasFailed: () => failure !== undefined,
  }
}
