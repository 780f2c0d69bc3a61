type TraceEvent = {
  name: string
  ph: string
  pid: number
  tid: number
  tdur?: number
  args?: { name?: string }
}

/**
 * The longest task of a page's main thread in a trace (category `toplevel`), in milliseconds of processor time: on a
 * machine that does other work too, the clock would measure that work. A throttled page spends its throttle as
 * processor time, so that the figure is the yardstick's.
 */
export function longestTask(trace: Buffer): number {
  const { traceEvents } = JSON.parse(trace.toString()) as { traceEvents: TraceEvent[] }
  const threadOf = (event: TraceEvent) => `${event.pid}/${event.tid}`
  const mains = new Set(
    traceEvents.filter((e) => e.name === 'thread_name' && e.args?.name === 'CrRendererMain').map(threadOf),
  )
  // A task within a task (a nested message loop) is part of the outer one, which is longer anyway.
  const durations = traceEvents
    .filter((e) => e.ph === 'X' && e.name.endsWith('RunTask') && mains.has(threadOf(e)))
    .map((e) => (e.tdur ?? 0) / 1_000)
  if (durations.length === 0) throw new Error('the trace names no task of a page')
  return Math.max(...durations)
}
