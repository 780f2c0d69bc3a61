/// <reference lib="dom" />
/** What is measured inside the page. Each function is sent to the browser as text: it sees nothing of this module. */

export type Vitals = { lcpMs: number; slowestEventMs: number }

/** Before any script of the page: collects paints and how long each input took to be answered. */
export function startProbes(): void {
  const seen = { lcpMs: 0, slowestEventMs: 0 }
  ;(window as unknown as { probes: Vitals }).probes = seen
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) seen.lcpMs = Math.max(seen.lcpMs, entry.startTime)
  }).observe({ type: 'largest-contentful-paint', buffered: true })
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) seen.slowestEventMs = Math.max(seen.slowestEventMs, entry.duration)
  }).observe({ type: 'event', buffered: true, durationThreshold: 16 } as PerformanceObserverInit)
}

/**
 * Before any script of the page: what the page loads in idle moments waits for `startIdle()`, so that what it needs for
 * its content can be told from what it fetches ahead.
 */
export function holdIdleWork(): void {
  const waiting = new Map<number, IdleRequestCallback>()
  const start = window.requestIdleCallback.bind(window)
  const stop = window.cancelIdleCallback.bind(window)
  let isHeld = true
  let held = 0
  window.requestIdleCallback = (work, options) => {
    if (!isHeld) return start(work, options)
    held += 1
    // Below zero: no handle that the browser gives.
    waiting.set(-held, work)
    return -held
  }
  window.cancelIdleCallback = (handle) => {
    if (!waiting.delete(handle)) stop(handle)
  }
  ;(window as unknown as { startIdle(): void }).startIdle = () => {
    isHeld = false
    for (const work of waiting.values()) start(work)
  }
}

/**
 * Before React: counts the board's rows that React calls again, from the commits it reports to developer tools. A row
 * that it did not call is the same object as before, or stands below one that is.
 */
export function countRowRenders(): void {
  type Fiber = {
    child: Fiber | null
    sibling: Fiber | null
    alternate: Fiber | null
    flags: number
    memoizedProps: { row?: { topic?: string } } | null
    type: unknown
  }
  const performedWork = 1
  const rows: string[] = []
  const walk = (fiber: Fiber | null): void => {
    for (let one = fiber; one; one = one.sibling) {
      const before = one.alternate
      const topic = one.memoizedProps?.row?.topic
      if (
        typeof one.type === 'function' &&
        topic !== undefined &&
        before &&
        (one.flags & performedWork) !== 0
      )
        if (before.memoizedProps !== one.memoizedProps) rows.push(topic)
      // React kept the children as they were: nothing below was called.
      if (before && before.child === one.child) continue
      walk(one.child)
    }
  }
  const page = window as unknown as { renderedRows: string[]; __REACT_DEVTOOLS_GLOBAL_HOOK__: unknown }
  page.renderedRows = rows
  page.__REACT_DEVTOOLS_GLOBAL_HOOK__ = {
    supportsFiber: true,
    isDisabled: false,
    inject: () => 1,
    onScheduleFiberRoot: () => undefined,
    onCommitFiberUnmount: () => undefined,
    onPostCommitFiberRoot: () => undefined,
    onCommitFiberRoot: (_: number, root: { current: Fiber }) => walk(root.current),
  }
}
