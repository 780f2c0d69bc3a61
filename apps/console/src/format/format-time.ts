import { formatAge } from './format-duration.ts'

const formatters = new Map<string, Intl.DateTimeFormat>()

function formatterOf(zone: string): Intl.DateTimeFormat {
  const known = formatters.get(zone)
  if (known) return known
  const made = new Intl.DateTimeFormat('en-GB', {
    timeZone: zone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
    timeZoneName: 'longOffset',
  })
  formatters.set(zone, made)
  return made
}

function partsOf(at: Date, zone: string): Record<string, string> {
  return Object.fromEntries(
    formatterOf(zone)
      .formatToParts(at)
      .map((part) => [part.type, part.value]),
  )
}

/** The offset of a zone at a moment as it is written after a time: `UTC`, `+05:45`, `−03:30`. */
export function formatOffset(at: Date, zone: string): string {
  const offset = (partsOf(at, zone).timeZoneName ?? 'GMT').replace('GMT', '')
  return offset === '' || offset === '+00:00' ? 'UTC' : offset.replace('-', '−')
}

/** `2026-11-23 02:14:07 +05:45`: sortable, with its offset, so that a copied time means one moment. */
export function formatAbsolute(at: Date, zone: string): string {
  const part = partsOf(at, zone)
  const day = `${part.year}-${part.month}-${part.day}`
  return `${day} ${part.hour}:${part.minute}:${part.second} ${formatOffset(at, zone)}`
}

/** `02:14` today in the zone, `11-22 02:14` on other days, with the year when it differs. */
export function formatShort(at: Date, zone: string, now: Date): string {
  const [then, today] = [partsOf(at, zone), partsOf(now, zone)]
  const clock = `${then.hour}:${then.minute}`
  if (then.year !== today.year) return `${then.year}-${then.month}-${then.day} ${clock}`
  return then.month === today.month && then.day === today.day ? clock : `${then.month}-${then.day} ${clock}`
}

/** `12 s ago`, `in 3 m`; `now` within two seconds, as clocks of machines differ by as much. */
export function formatRelative(atMs: number, nowMs: number): string {
  const seconds = (nowMs - atMs) / 1000
  if (Math.abs(seconds) < 2) return 'now'
  return seconds > 0 ? `${formatAge(seconds)} ago` : `in ${formatAge(-seconds)}`
}

/** Whether the runtime knows the zone: a cookie may hold anything. */
export function isZone(zone: string): boolean {
  try {
    formatterOf(zone)
    return true
  } catch {
    return false
  }
}
