import { AppError } from '@lean-ops/common/errors/app-error'

/** The end of an override as a date. Throws UNPROCESSABLE when it has passed, or is farther away than `daysMax`. */
export function checkEnd(until: string | null, now: Date, daysMax: number): Date | null {
  if (until === null) return null
  const end = new Date(until)
  if (end <= now || end.getTime() > now.getTime() + daysMax * 86_400_000)
    throw new AppError('UNPROCESSABLE', `until: must lie ahead, at most ${daysMax} days.`)
  return end
}
