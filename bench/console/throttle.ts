/** Rounds per millisecond of the loop below on the machine that budgets speak of: a middling laptop of 2021. */
const referenceRoundsPerMs = 110_000
const measureMs = 400

/**
 * How many times slower the browser has to run here so that its figures are those of the reference machine; 1 when
 * this machine is the slower one: nothing can be made faster.
 */
export function calibrateThrottle(): { roundsPerMs: number; rate: number } {
  let best = 0
  for (let attempt = 0; attempt < 3; attempt += 1) best = Math.max(best, roundsPerMs())
  return {
    roundsPerMs: Math.round(best),
    rate: Math.max(1, Math.round((best / referenceRoundsPerMs) * 10) / 10),
  }
}

function roundsPerMs(): number {
  const started = performance.now()
  let rounds = 0
  let value = 1
  while (performance.now() - started < measureMs)
    for (let n = 0; n < 10_000; n += 1) {
      value = (value * 1_103_515_245 + 12_345) % 2_147_483_648
      rounds += 1
    }
  return rounds / (performance.now() - started) + (value < 0 ? 1 : 0)
}
