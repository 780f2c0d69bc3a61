import type { ColumnType } from './column-type.ts'
import type { TimestampFormat } from './contract-model.ts'
import { parseExact, toFixedText } from './decimal-text.ts'

/** A value of a payload as the producer wrote it. `text`: a string decoded, everything else its exact source text. */
export type Cell = { kind: 'string' | 'number' | 'boolean' | 'object' | 'array'; text: string }

const longMax = 2n ** 63n
const intMax = 2n ** 31n
const microsOf: Record<Exclude<TimestampFormat, 'rfc3339'>, number> = {
  epochSeconds: 6,
  epochMillis: 3,
  epochMicros: 0,
}
const rfc3339 = /^(\d{4})-(\d\d)-(\d\d)[Tt ](\d\d):(\d\d):(\d\d)(?:\.(\d{1,6}))?(?:[Zz]|([+-])(\d\d):(\d\d))$/
const plainNumber = /^-?\d+(\.\d+)?$/

/**
 * Casts a value to a column's type: its canonical text (whole numbers without leading zeros, decimals with all their
 * places, timestamps in UTC with six digits, JSON as written), or undefined when it does not fit. Never rounds, trims or guesses.
 */
export function castValue(cell: Cell, type: ColumnType, format: TimestampFormat): string | undefined {
  switch (type.kind) {
    case 'object':
    case 'array':
      return cell.kind === type.kind ? cell.text : undefined
    case 'string':
      return isScalar(cell) ? cell.text : undefined
    case 'boolean':
      return isText(cell, 'boolean') && /^(true|false)$/.test(cell.text) ? cell.text : undefined
    case 'long':
      return castWhole(cell, longMax)
    case 'int':
      return castWhole(cell, intMax)
    case 'decimal':
      return castDecimal(cell, type.precision, type.scale)
    case 'double':
      return castFloating(cell, (n) => n)
    case 'float':
      return castFloating(cell, Math.fround)
    case 'date':
      return cell.kind === 'string' ? castDate(cell.text) : undefined
    case 'timestamp':
      return format === 'rfc3339' ? castTimestamp(cell) : castEpoch(cell, microsOf[format])
  }
}

const isScalar = (cell: Cell): boolean => cell.kind !== 'object' && cell.kind !== 'array'
const isText = (cell: Cell, kind: 'boolean' | 'number'): boolean =>
  cell.kind === 'string' || cell.kind === kind

/** Numbers by value (`1.0`, `1E2`); strings only as digits with an optional minus. */
function castWhole(cell: Cell, limit: bigint): string | undefined {
  if (!isText(cell, 'number') || (cell.kind === 'string' && !/^-?\d+$/.test(cell.text))) return undefined
  const exact = parseExact(cell.text)
  const text = exact && toFixedText(exact, 19, 0)
  if (text === undefined) return undefined
  const value = BigInt(text)
  return value >= -limit && value < limit ? text : undefined
}

function castDecimal(cell: Cell, precision: number, scale: number): string | undefined {
  if (!isText(cell, 'number') || (cell.kind === 'string' && !plainNumber.test(cell.text))) return undefined
  const exact = parseExact(cell.text)
  return exact && toFixedText(exact, precision - scale, scale)
}

function castFloating(cell: Cell, round: (n: number) => number): string | undefined {
  if (!isText(cell, 'number') || parseExact(cell.text) === undefined) return undefined
  const value = round(Number(cell.text))
  // -0 and 0 are one value to every rule and every reader.
  return Number.isFinite(value) ? String(value === 0 ? 0 : value) : undefined
}

function castDate(text: string): string | undefined {
  const match = /^(\d{4})-(\d\d)-(\d\d)$/.exec(text)
  return match && isDay(Number(match[1]), Number(match[2]), Number(match[3])) ? text : undefined
}

/** RFC 3339 with a zone and at most microseconds; leap seconds and years outside 1–9999 have no place in the table. */
function castTimestamp(cell: Cell): string | undefined {
  const m = cell.kind === 'string' ? rfc3339.exec(cell.text) : null
  if (m === null) return undefined
  const [year, month, day] = [Number(m[1]), Number(m[2]), Number(m[3])]
  const [hour, minute, second] = [Number(m[4]), Number(m[5]), Number(m[6])]
  const [zoneHours, zoneMinutes] = [Number(m[9] ?? 0), Number(m[10] ?? 0)]
  if (!isDay(year, month, day) || hour > 23 || minute > 59 || second > 59) return undefined
  if (zoneHours > 23 || zoneMinutes > 59) return undefined
  const offset = (zoneHours * 60 + zoneMinutes) * (m[8] === '-' ? -1 : 1)
  const date = new Date(0)
  // Date.UTC would read the years 0–99 as 1900–1999.
  date.setUTCFullYear(year, month - 1, day)
  date.setUTCHours(hour, minute - offset, second)
  return formatUtc(date, (m[7] ?? '').padEnd(6, '0'))
}

/** A count since 1970 in 10^-(6 - places) seconds; fractions of a microsecond are refused. */
function castEpoch(cell: Cell, places: number): string | undefined {
  if (!isText(cell, 'number') || (cell.kind === 'string' && !plainNumber.test(cell.text))) return undefined
  const exact = parseExact(cell.text)
  const text = exact && toFixedText({ ...exact, exponent: exact.exponent + places }, 18, 0)
  if (text === undefined) return undefined
  const micros = BigInt(text)
  const part = ((micros % 1_000_000n) + 1_000_000n) % 1_000_000n
  return formatUtc(new Date(Number((micros - part) / 1000n)), String(part).padStart(6, '0'))
}

function formatUtc(date: Date, micros: string): string | undefined {
  const year = date.getUTCFullYear()
  if (Number.isNaN(year) || year < 1 || year > 9999) return undefined
  return `${date.toISOString().slice(0, 19)}.${micros}Z`
}

function isDay(year: number, month: number, day: number): boolean {
  if (year < 1 || month < 1 || month > 12 || day < 1) return false
  const isLeap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0)
  const last = month === 2 ? (isLeap ? 29 : 28) : [4, 6, 9, 11].includes(month) ? 30 : 31
  return day <= last
}
