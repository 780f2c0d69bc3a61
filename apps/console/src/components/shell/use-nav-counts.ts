'use client'

import { topicVerdict } from '@lean-ops/common/contract/topic-verdict'
import { useQuery } from '@tanstack/react-query'
import { topicsQuery } from '../../queries/topics.ts'
import { serverNowMs } from '../../state/server-clock.ts'
import type { NavCounts } from './sidebar.tsx'

/** What waits for a look, page by page. */
export function useNavCounts(): NavCounts {
  const { data, dataUpdatedAt } = useQuery({ ...topicsQuery(), refetchInterval: 15_000 })
  if (!data) return {}
  const nowMs = serverNowMs(dataUpdatedAt)
  const states = data.topics.map((row) => topicVerdict(row, nowMs).state)
  const degraded = states.filter((state) => state === 'degraded').length
  const deadLetters = data.topics.reduce((sum, row) => sum + (row.deadLetters.open ?? 0), 0)
  return {
    '/topics': { count: degraded, hint: `${degraded} degraded`, isUrgent: true },
    '/dead-letters': { count: deadLetters, hint: `${deadLetters} open` },
  }
}
