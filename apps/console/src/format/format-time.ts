import { formatAge } from './format-duration.ts'

/** `2026-11-23T02:14:07.000Z`; years beyond four digits are longer. */
const isoLength = 24

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

type Parts = Record<string, string>

function partsOf(at: Date, zone: string): Parts {
  return Object.fromEntries(
    formatterOf(zone)
      .formatToParts(at)
      .map((part) => [part.type, part.value]),
  )
}

/** The offset of a zone at a moment as it is written after a time: `UTC`, `+05:45`, `−03:30`. */
export const formatOffset = (at: Date, zone: string): string => offsetOf(partsOf(at, zone))

function offsetOf(part: Parts): string {
  const offset = (part.timeZoneName ?? 'GMT').replace('GMT', '')
  return offset === '' || offset === '+00:00' ? 'UTC' : offset.replace('-', '−')
}

/** `2026-11-23 02:14:07 +05:45`: sortable, with its offset, so that a copied time means one moment. */
export function formatAbsolute(at: Date, zone: string): string {
  const iso = at.toISOString()
  // Every time shown tells UTC, too: not worth a formatter.
  if (zone === 'UTC' && iso.length === isoLength) return `${iso.slice(0, 10)} ${iso.slice(11, 19)} UTC`
  const part = partsOf(at, zone)
  const day = `${part.year}-${part.month}-${part.day}`
  return `${day} ${part.hour}:${part.minute}:${part.second} ${offsetOf(part)}`
}

/** All times of a page are told from one moment, whose parts are asked for again and again. */
let latest: { ms: number; zone: string; parts: Parts } | undefined

function partsOfNow(now: Date, zone: string): Parts {
  if (latest?.ms !== now.getTime() || latest.zone !== zone)
    latest = { ms: now.getTime(), zone, parts: partsOf(now, zone) }
  return latest.parts
}

/** `02:14` today in the zone, `11-22 02:14` on other days, with the year when it differs. */
export function formatShort(at: Date, zone: string, now: Date): string {
  const [then, today] = [partsOf(at, zone), partsOfNow(now, zone)]
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
