import type { TopicRow } from '@lean-ops/common/contract/topics'
import { expect, it } from 'vitest'
import { countVerdicts, filterTopics, judgeRows, naturalDirection, sortTopics } from './arrange-topics.ts'

const nowMs = Date.parse('2026-11-23T05:00:00Z')
const fresh = { collectedAt: '2026-11-23T04:59:30Z', error: null }

function row(topic: string, change: Partial<TopicRow> = {}): TopicRow {
  return {
    topic,
    owner: 'commerce',
    status: 'active',
    lastArrivalAt: null,
    pause: { ingest: false, processing: false, reason: null, by: null, at: null, until: null, version: 0 },
    queue: {
      ...fresh,
      visible: 0,
      inFlight: 0,
      delayed: 0,
      oldestSeconds: null,
      oldestCollectedAt: null,
      oldestError: null,
    },
    mapping: { ...fresh, state: 'Enabled', maximumConcurrency: 10 },
    raw: { ...fresh, rows: 10, snapshotId: '1', snapshotAt: '2026-11-23T04:59:00Z' },
    deadLetters: { ...fresh, open: 0, lastAt: null },
    ...change,
  }
}

const queue = (visible: number | null, oldestSeconds: number | null = null) => ({
  ...fresh,
  visible,
  inFlight: 0,
  delayed: 0,
  oldestSeconds,
  oldestCollectedAt: fresh.collectedAt,
  oldestError: null,
})

const anything = { q: '', verdict: [], owner: null, has: [] }

it('an unchanged row with an unchanged verdict keeps its identity, so that it is not drawn again', () => {
  const rows = [row('a'), row('b', { queue: queue(5, 295) })]

  const first = judgeRows(rows, nowMs)
  const second = judgeRows(rows, nowMs + 1_000)
  const third = judgeRows([rows[0] as TopicRow, row('b', { queue: queue(5, 310) })], nowMs + 2_000)

  expect(second[0]).toBe(first[0])
  expect(second[1]).toBe(first[1])
  expect(third[0]).toBe(first[0])
  expect(third[1]?.verdict.state).toBe('warning')
})

it('unknown is never healthy, and a paused queue is paused however old its messages are', () => {
  const judged = judgeRows(
    [
      row('never', { queue: { ...queue(null), collectedAt: null } }),
      row('old', { queue: { ...queue(0), collectedAt: '2026-11-23T04:50:00Z' } }),
      row('paused', {
        queue: queue(9, 9_000),
        mapping: { ...fresh, state: 'Disabled', maximumConcurrency: null },
      }),
      row('stuck', { queue: queue(9, 9_000) }),
      row('fine'),
    ],
    nowMs,
  )

  expect(judged.map(({ verdict }) => verdict.state)).toEqual([
    'unknown',
    'unknown',
    'paused',
    'degraded',
    'healthy',
  ])
  expect(countVerdicts(judged)).toEqual({ degraded: 1, warning: 0, paused: 1, unknown: 2, healthy: 1 })
})

it('every part of the filter narrows; several verdicts widen', () => {
  const rows = judgeRows(
    [
      row('orders', { queue: queue(9, 9_000) }),
      row('order-events', { owner: 'platform', deadLetters: { ...fresh, open: 3, lastAt: null } }),
      row('payments'),
    ],
    nowMs,
  )
  const names = (filter: Partial<Parameters<typeof filterTopics>[1]>) =>
    filterTopics(rows, { ...anything, ...filter }, nowMs).map(({ row }) => row.topic)

  expect(names({})).toEqual(['orders', 'order-events', 'payments'])
  expect(names({ q: 'order plat' })).toEqual(['order-events'])
  expect(names({ verdict: ['degraded', 'warning'] })).toEqual(['orders', 'order-events'])
  expect(names({ has: ['dead-letters'] })).toEqual(['order-events'])
  expect(names({ has: ['dead-letters', 'backlog'] })).toEqual([])
  expect(names({ owner: 'platform' })).toEqual(['order-events'])
})

it('unknown values stand last in both directions', () => {
  const rows = judgeRows(
    [row('a', { queue: queue(null) }), row('b', { queue: queue(1) }), row('c', { queue: queue(7) })],
    nowMs,
  )
  const names = (direction: 'asc' | 'desc') =>
    sortTopics(rows, 'backlog', direction).map(({ row }) => row.topic)

  expect(names('asc')).toEqual(['b', 'c', 'a'])
  expect(names('desc')).toEqual(['c', 'b', 'a'])
  expect(naturalDirection('backlog')).toBe('desc')
  expect(naturalDirection('topic')).toBe('asc')
})
