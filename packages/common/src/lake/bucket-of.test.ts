import { expect, it } from 'vitest'
import { bucketOf } from './bucket-of.ts'

/** Hash values of the Iceberg specification, appendix B, and of tails of every length. */
it.each([
  ['iceberg', 1_210_000_089],
  ['', 0],
  ['a', 1_009_084_850],
  ['ab', 0x9bbfd75f | 0],
])('the bucket of %j is that of the specification', (text, hash) => {
  expect(bucketOf(text, 0x7fffffff)).toBe((hash & 0x7fffffff) % 0x7fffffff)
})
