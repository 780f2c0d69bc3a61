let offsetMs = 0

/** Learns from the `Date` header of an answer how far the reader's clock is off; under two seconds is rounding. */
export function noteServerDate(date: string | null) {
  const at = date === null ? Number.NaN : Date.parse(date)
  if (Number.isNaN(at)) return
  const differenceMs = at - Date.now()
  offsetMs = Math.abs(differenceMs) < 2_000 ? 0 : differenceMs
}

/** Now, by the server's clock: a wrong clock on a laptop must not make samples look fresh. */
export function serverNowMs(atMs = Date.now()): number {
  return atMs + offsetMs
}
