'use client'

import type { Pulse } from '@lean-ops/common/contract/pulse'
import { topicVerdict } from '@lean-ops/common/contract/topic-verdict'
import { useQuery } from '@tanstack/react-query'
import { formatExact } from '../../format/format-number.ts'
import { topicsQuery } from '../../queries/topics.ts'
import { serverNowMs } from '../../state/server-clock.ts'
import type { NavCounts } from './sidebar.tsx'

/** What waits for a look, page by page. */
export function useNavCounts(pulse: Pulse | undefined): NavCounts {
  const { data, dataUpdatedAt } = useQuery({ ...topicsQuery(), refetchInterval: 15_000 })
  const counts: NavCounts = {}
  if (pulse) {
    const { deadLettersOpen, operationsLive } = pulse.counts
    counts['/dead-letters'] = {
      count: deadLettersOpen,
      hint: `${formatExact(deadLettersOpen)} open`,
    }
    counts['/operations'] = { count: operationsLive, hint: `${operationsLive} running` }
  }
  if (data) {
    const nowMs = serverNowMs(dataUpdatedAt)
    const degraded = data.topics.filter((row) => topicVerdict(row, nowMs).state === 'degraded').length
    counts['/topics'] = { count: degraded, hint: `${degraded} degraded`, isUrgent: true }
  }
  return counts
}
