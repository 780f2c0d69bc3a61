/** The old system's jobs as measured once (CPU seconds, peak MB), for runs without `--baseline`. By messages of the first load. */
export const published: Record<number, Record<Load, { cpuSeconds: number; peakMegabytes: number }>> = {
  10000: {
    first: { cpuSeconds: 52.7 + 36.2, peakMegabytes: 1999 },
    more: { cpuSeconds: 48.3 + 37.7, peakMegabytes: 1222 },
  },
  100000: {
    first: { cpuSeconds: 77.5 + 37.3, peakMegabytes: 2271 },
    more: { cpuSeconds: 61.5 + 40.8, peakMegabytes: 1761 },
  },
  1000000: {
    first: { cpuSeconds: 342.5 + 67.6, peakMegabytes: 4122 },
    more: { cpuSeconds: 122.3 + 61.5, peakMegabytes: 2515 },
  },
}

/** The first load of N messages, or a tenth more on top. */
export type Load = 'first' | 'more'
