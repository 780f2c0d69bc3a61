import { describe, expect, it } from 'vitest'
import { formatAge, formatDuration } from './format-duration.ts'
import { formatCompact, formatShare } from './format-number.ts'
import { formatSize } from './format-size.ts'
import { formatAbsolute, formatRelative, formatShort, isZone } from './format-time.ts'

describe('numbers', () => {
  it.each([
    [0, '0'],
    [9_999, '9,999'],
    [12_408, '12.4 k'],
    [5_000_000, '5.0 M'],
    [9_999_999, '9.9 M'],
    [-12_408, '-12.4 k'],
  ])('%d is %s', (value, text) => {
    expect(formatCompact(value)).toBe(text)
  })

  it('a few are not none, and almost all are not all', () => {
    expect([0, 0.0004, 0.375, 0.9999, 1].map(formatShare)).toEqual([
      '0 %',
      '< 0.1 %',
      '37.5 %',
      '> 99.9 %',
      '100 %',
    ])
  })

  it('sizes are in binary units', () => {
    expect([812, 65_536, 1_046_220, 1_048_576].map(formatSize)).toEqual([
      '812 B',
      '64 KiB',
      '1022 KiB',
      '1 MiB',
    ])
  })
})

describe('durations', () => {
  it.each([
    [0, '0 s'],
    [0.12, '120 ms'],
    [40, '40 s'],
    [192, '3 m 12 s'],
    [3_600, '1 h'],
    [187_200, '2 d 4 h'],
  ])('%d s is %s', (seconds, text) => {
    expect(formatDuration(seconds)).toBe(text)
  })

  it('an age has one unit', () => {
    expect([0, 59, 60, 7_300, 700_000].map(formatAge)).toEqual(['0 s', '59 s', '1 m', '2 h', '8 d'])
  })
})

describe('moments', () => {
  const at = new Date('2026-03-29T00:59:59Z')
  const later = new Date('2026-03-29T01:00:00Z')

  it('writes the offset that holds at that moment, also over a change of clocks', () => {
    expect(formatAbsolute(at, 'Europe/Berlin')).toBe('2026-03-29 01:59:59 +01:00')
    expect(formatAbsolute(later, 'Europe/Berlin')).toBe('2026-03-29 03:00:00 +02:00')
  })

  it.each([
    ['UTC', '2026-03-29 00:59:59 UTC'],
    ['Asia/Kathmandu', '2026-03-29 06:44:59 +05:45'],
    ['America/St_Johns', '2026-03-28 22:29:59 −02:30'],
  ])('knows %s', (zone, text) => {
    expect(formatAbsolute(at, zone)).toBe(text)
  })

  it('is short: the clock today, the day otherwise', () => {
    expect(formatShort(at, 'UTC', later)).toBe('00:59')
    expect(formatShort(at, 'America/St_Johns', later)).toBe('22:29')
    expect(formatShort(at, 'UTC', new Date('2026-04-01T00:00:00Z'))).toBe('03-29 00:59')
    expect(formatShort(at, 'UTC', new Date('2027-01-01T00:00:00Z'))).toBe('2026-03-29 00:59')
  })

  it('is relative in both directions', () => {
    expect([1, 12, -180].map((ago) => formatRelative(0, ago * 1000))).toEqual(['now', '12 s ago', 'in 3 m'])
  })

  it('tells a zone from any text a cookie may hold', () => {
    expect(['UTC', 'Asia/Kathmandu', 'Mars/Olympus', ''].map(isZone)).toEqual([true, true, false, false])
  })
})
