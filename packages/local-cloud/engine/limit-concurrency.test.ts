import { expect, test } from 'vitest'
import { limitConcurrency } from './limit-concurrency.ts'

test('never more at once than allowed, each runs once, failures free their place', async () => {
  const limit = limitConcurrency(3)
  let [running, peak, done] = [0, 0, 0]
  const work = (i: number) =>
    limit(async () => {
      peak = Math.max(peak, ++running)
      await new Promise((resolve) => setImmediate(resolve))
      running--
      if (i % 5 === 0) throw new Error('failed')
      done++
    })

  const results = await Promise.allSettled(Array.from({ length: 50 }, (_, i) => work(i)))

  expect(peak).toBe(3)
  expect(done).toBe(40)
  expect(results.filter(({ status }) => status === 'rejected')).toHaveLength(10)
})
