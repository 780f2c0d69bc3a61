const pattern = /^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:[Zz]|[+-]\d\d:\d\d)$/

/**
 * RFC 3339 with a zone → microseconds since 1970 (a safe integer until the year 2255); undefined when it is none.
 * Digits beyond microseconds are cut: Pub/Sub sends nanoseconds. Reads the digits in place, because every message passes here.
 */
export function parsePublishTime(text: string): number | undefined {
  if (!pattern.test(text)) return undefined
  const [year, month, day] = [digits(text, 0, 4), digits(text, 5, 2), digits(text, 8, 2)]
  const [hour, minute, second] = [digits(text, 11, 2), digits(text, 14, 2), digits(text, 17, 2)]
  if (month < 1 || month > 12 || day < 1 || day > daysOf(year, month)) return undefined
  if (hour > 23 || minute > 59 || second > 59) return undefined
  const offset = offsetMinutes(text)
  if (offset === undefined) return undefined
  const seconds = Date.UTC(year, month - 1, day, hour, minute - offset, second) / 1000
  return seconds * 1_000_000 + fractionMicros(text)
}

function digits(text: string, at: number, count: number): number {
  let value = 0
  for (let i = at; i < at + count; i += 1) value = value * 10 + text.charCodeAt(i) - 0x30
  return value
}

const daysOf = (year: number, month: number): number =>
  month === 2
    ? year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0)
      ? 29
      : 28
    : month === 4 || month === 6 || month === 9 || month === 11
      ? 30
      : 31

/** Undefined when the offset is no time of day. */
function offsetMinutes(text: string): number | undefined {
  const last = text.charCodeAt(text.length - 1)
  if (last === 0x5a || last === 0x7a) return 0
  const at = text.length - 6
  const [hours, minutes] = [digits(text, at + 1, 2), digits(text, at + 4, 2)]
  if (hours > 23 || minutes > 59) return undefined
  return (hours * 60 + minutes) * (text[at] === '-' ? -1 : 1)
}

function fractionMicros(text: string): number {
  if (text[19] !== '.') return 0
  let micros = 0
  let isDigit = true
  for (let i = 20; i < 26; i += 1) {
    const digit = text.charCodeAt(i) - 0x30
    isDigit &&= digit >= 0 && digit <= 9
    micros = micros * 10 + (isDigit ? digit : 0)
  }
  return micros
}

/** Microseconds since 1970 → RFC 3339, UTC, six digits. */
export function formatMicros(micros: number): string {
  const millis = Math.floor(micros / 1000)
  const rest = String(micros - millis * 1000).padStart(3, '0')
  return `${new Date(millis).toISOString().slice(0, -1)}${rest}Z`
}
