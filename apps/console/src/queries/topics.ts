import type { TopicSnapshots } from '@lean-ops/common/contract/topic-lake'
import type { ChangeTopicPause, TopicPause } from '@lean-ops/common/contract/topic-pause'
import type { TopicDetail, TopicList } from '@lean-ops/common/contract/topics'
import { queryOptions } from '@tanstack/react-query'
import { callApi } from './call-api.ts'
import { pollEvery } from './poll-every.ts'

export const topicKeys = { all: ['topics'] as const, one: (topic: string) => ['topics', topic] as const }

export const topicsRead = () => ({ queryKey: topicKeys.all, path: '/topics' })
export const topicRead = (topic: string) => ({
  queryKey: topicKeys.one(topic),
  path: `/topics/${encodeURIComponent(topic)}`,
})

/** Every topic with its newest samples: one query of the API, whatever their number. */
export function topicsQuery() {
  const { queryKey, path } = topicsRead()
  return queryOptions({
    queryKey,
    queryFn: ({ signal }) => callApi<TopicList>(path, { signal }),
    refetchInterval: pollEvery(10_000),
  })
}

export function topicQuery(topic: string) {
  const { queryKey, path } = topicRead(topic)
  return queryOptions({
    queryKey,
    queryFn: ({ signal }) => callApi<TopicDetail>(path, { signal }),
    refetchInterval: pollEvery(5_000),
  })
}

/** The newest commits of a topic's three tables. Read live from the lake, so asked for seldom. */
export function snapshotsQuery(topic: string) {
  return queryOptions({
    queryKey: ['snapshots', topic] as const,
    queryFn: ({ signal }) =>
      callApi<TopicSnapshots>(`/topics/${encodeURIComponent(topic)}/snapshots?limit=20`, { signal }),
    staleTime: 30_000,
    refetchInterval: pollEvery(60_000),
  })
}

type PauseChange = { topic: string; version: number; ingest: boolean; processing: boolean }

/** Few at a time: a fleet of 700 must not fill the API's queue. */
const pausesAtOnce = 4

/** Changes each topic against the version it was seen at; says how many were changed, and why the others were not. */
export async function changePauses(
  changes: readonly PauseChange[],
  why: Pick<ChangeTopicPause, 'reason' | 'until'>,
): Promise<{ done: number; refused: { topic: string; message: string }[] }> {
  const refused: { topic: string; message: string }[] = []
  const left = [...changes]
  const work = async () => {
    for (let change = left.shift(); change; change = left.shift()) {
      const { topic, version, ...parts } = change
      try {
        await callApi<TopicPause>(`/topics/${encodeURIComponent(topic)}/pause`, {
          method: 'PUT',
          body: { ...parts, ...why } satisfies ChangeTopicPause,
          headers: { 'if-match': `"v${version}"` },
        })
      } catch (error) {
        refused.push({ topic, message: error instanceof Error ? error.message : String(error) })
      }
    }
  }
  await Promise.all(Array.from({ length: pausesAtOnce }, work))
  return { done: changes.length - refused.length, refused }
}
