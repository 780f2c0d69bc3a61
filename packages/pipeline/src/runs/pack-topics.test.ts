import fc from 'fast-check'
import { expect, it } from 'vitest'
import { packTopics } from './pack-topics.ts'

const due = (topic: string, rows: number) => ({ topic, rows, ageSeconds: 0, reason: 'rows' as const })

it('fills runs in order, by topics and by rows; a topic with more rows than a run may have runs alone', () => {
  const groups = packTopics([due('a', 10), due('huge', 500), due('b', 60), due('c', 40), due('d', 1)], {
    topicsMax: 3,
    rowsMax: 100,
  })

  expect(groups).toEqual([['a', 'b', 'd'], ['huge'], ['c']])
})

it('takes every topic exactly once and keeps to both limits', () => {
  const limits = { topicsMax: 5, rowsMax: 100 }
  fc.assert(
    fc.property(fc.array(fc.nat(200), { maxLength: 60 }), (sizes) => {
      const topics = sizes.map((rows, n) => due(`t${n}`, rows))
      const groups = packTopics(topics, limits)
      expect(groups.flat().sort()).toEqual(topics.map((t) => t.topic).sort())
      const rowsOf = new Map(topics.map((t) => [t.topic, t.rows]))
      for (const group of groups) {
        const rows = group.reduce((sum, topic) => sum + (rowsOf.get(topic) ?? 0), 0)
        expect(group.length <= limits.topicsMax && (rows <= limits.rowsMax || group.length === 1)).toBe(true)
      }
    }),
  )
})
