/**
 * Rounds of the loop below per millisecond of processor time that the figures are meant for: a fixed yardstick, a
 * quarter of a core of the machine this was written on, so that figures of different machines can be compared.
 */
const referenceRoundsPerMs = 187_500
const measureMs = 300

/**
 * How many times slower the browser has to run here so that its figures are those of the yardstick; 1 when this machine
 * is slower itself: nothing can be made faster.
 */
export function calibrateThrottle(): { roundsPerMs: number; rate: number } {
  let best = 0
  for (let attempt = 0; attempt < 3; attempt += 1) best = Math.max(best, roundsPerMs())
  return {
    roundsPerMs: Math.round(best),
    rate: Math.max(1, Math.round((best / referenceRoundsPerMs) * 10) / 10),
  }
}

/** By processor time, not by the clock: what else runs on the machine must not look like a slow machine. */
function roundsPerMs(): number {
  const cpuMs = () => process.cpuUsage().user / 1_000
  const started = cpuMs()
  let rounds = 0
  let value = 1
  while (cpuMs() - started < measureMs)
    for (let n = 0; n < 100_000; n += 1) {
      value = (Math.imul(value, 1_103_515_245) + 12_345) >>> 0
      rounds += 1
    }
  return (rounds + (value === 0 ? 1 : 0)) / (cpuMs() - started)
}
