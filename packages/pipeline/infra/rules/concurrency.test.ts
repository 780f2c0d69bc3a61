import fc from 'fast-check'
import { expect, test } from 'vitest'
import { planConcurrency } from '../concurrency.ts'

/** Lambda's quota of a new account, less what AWS never lets anyone reserve. */
const defaultReservable = 1_000 - 100

test('what is reserved is what the mappings may use, whatever the number of topics', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 5_000 }), (topics) => {
      const { perMapping, reserved } = planConcurrency(topics)
      expect(perMapping * topics).toBe(reserved)
      expect(perMapping).toBeGreaterThanOrEqual(2)
      expect(perMapping).toBeLessThanOrEqual(10)
    }),
  )
})

test('up to 300 topics fit into a new account beside the other functions; 700 need a higher quota', () => {
  const others = 247
  expect(planConcurrency(300).reserved + others).toBeLessThanOrEqual(defaultReservable)
  expect(planConcurrency(700).reserved).toBe(1_400)
})

test('an empty installation still deploys', () => {
  expect(planConcurrency(0).reserved).toBeGreaterThan(0)
})
