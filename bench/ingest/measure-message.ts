/** What a child process measured; one line of JSON on its standard output. */
export type SpeedMeasure = {
  messages: number
  processorCpuSeconds: number
  transformCpuSeconds: number
  sinkCalls: number
  sinkBytes: number
  numberTextChanged: number
}

/** A run under the fault mix: what became of every message. */
export type FaultMeasure = {
  good: number
  malformed: number
  goodLost: number
  malformedLost: number
  storedYetReported: number
  storedMoreThanOnce: number
  deadLettered: number
  movedByQueue: number
  numberTextChanged: number
  sinkCalls: number
}

export type MemoryMeasure = { peakMegabytes: number; invocations: number }

/** Shares of the fault mix (spec of the figures to beat). */
export const faultMix = { refusedEntries: 0.05, failedCalls: 0.02, receivesMax: 3 }
/** Both sides draw from the same generator, so that a run can be repeated. */
export const faultSeed = 20_261_123
