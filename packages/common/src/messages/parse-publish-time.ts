const pattern = /^(\d{4})-(\d\d)-(\d\d)[Tt ](\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?(?:[Zz]|([+-])(\d\d):(\d\d))$/

/**
 * RFC 3339 with a zone → microseconds since 1970 (a safe integer until the year 2255); undefined when it is none.
 * Digits beyond microseconds are cut: Pub/Sub sends nanoseconds.
 */
export function parsePublishTime(text: string): number | undefined {
  const m = pattern.exec(text)
  if (!m) return undefined
  const [
    ,
    year,
    month,
    day,
    hour,
    minute,
    second,
    fraction = '',
    sign,
    offsetHour = '0',
    offsetMinute = '0',
  ] = m
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return undefined
  if (Number(offsetHour) > 23 || Number(offsetMinute) > 59) return undefined
  const midnight = Date.UTC(Number(year), Number(month) - 1, Number(day))
  if (new Date(midnight).getUTCDate() !== Number(day) || Number(month) < 1 || Number(month) > 12)
    return undefined
  const offset = (Number(offsetHour) * 60 + Number(offsetMinute)) * (sign === '-' ? -1 : 1)
  const seconds = midnight / 1000 + Number(hour) * 3600 + (Number(minute) - offset) * 60 + Number(second)
  return seconds * 1_000_000 + Number(fraction.slice(0, 6).padEnd(6, '0'))
}

/** Microseconds since 1970 → RFC 3339, UTC, six digits. */
export function formatMicros(micros: number): string {
  const millis = Math.floor(micros / 1000)
  const rest = String(micros - millis * 1000).padStart(3, '0')
  return `${new Date(millis).toISOString().slice(0, -1)}${rest}Z`
}
