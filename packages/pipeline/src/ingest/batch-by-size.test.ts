import fc from 'fast-check'
import { expect, it } from 'vitest'
import { batchBySize } from './batch-by-size.ts'

it('keeps order and every item, and no batch passes a limit', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: 50 })),
      fc.integer({ min: 1, max: 8 }),
      fc.integer({ min: 50, max: 120 }),
      (sizes, countMax, bytesMax) => {
        const batches = batchBySize(sizes, (s) => s, { countMax, bytesMax })

        expect(batches.flat()).toEqual(sizes)
        for (const batch of batches) {
          expect(batch.length).toBeGreaterThan(0)
          expect(batch.length).toBeLessThanOrEqual(countMax)
          expect(batch.reduce((a, b) => a + b, 0)).toBeLessThanOrEqual(bytesMax)
        }
        // Greedy: no two neighbours could have been one.
        for (const [i, batch] of batches.entries()) {
          const first = batches[i + 1]?.[0]
          if (first === undefined) continue
          const bytes = batch.reduce((a, b) => a + b, first)
          expect(batch.length + 1 > countMax || bytes > bytesMax).toBe(true)
        }
      },
    ),
  )
})
