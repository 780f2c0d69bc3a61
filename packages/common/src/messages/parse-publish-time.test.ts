import fc from 'fast-check'
import { expect, it } from 'vitest'
import { formatMicros, parsePublishTime } from './parse-publish-time.ts'

const micros = fc.integer({ min: Date.UTC(1970, 0, 1) * 1000, max: Date.UTC(2250, 0, 1) * 1000 })

it('reads what formatMicros writes', () => {
  fc.assert(
    fc.property(micros, (m) => {
      expect(parsePublishTime(formatMicros(m))).toBe(m)
    }),
  )
})

it('agrees with the engine on every instant in every zone, to the millisecond', () => {
  const minutes = fc.integer({ min: -23 * 60 - 59, max: 23 * 60 + 59 })
  fc.assert(
    fc.property(micros, minutes, fc.integer({ min: 1, max: 9 }), (m, offset, places) => {
      const local = formatMicros(m + offset * 60_000_000)
      const two = (n: number): string => String(n).padStart(2, '0')
      const zone = `${offset < 0 ? '-' : '+'}${two(Math.floor(Math.abs(offset) / 60))}:${two(Math.abs(offset) % 60)}`
      const fraction = local.slice(20, 26).padEnd(9, '7').slice(0, places)
      const text = `${local.slice(0, 19)}.${fraction}${zone}`

      const parsed = parsePublishTime(text)

      expect(parsed).toBeDefined()
      expect(Math.floor((parsed ?? 0) / 1000)).toBe(Date.parse(text))
    }),
  )
})
