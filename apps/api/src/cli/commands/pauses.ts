import type { ApiClient } from '@lean-ops/common/api-client/create-api-client'
import { pausedParts } from '@lean-ops/common/contract/paused-parts'
import { TopicPause } from '@lean-ops/common/contract/topic-pause'
import { TopicList } from '@lean-ops/common/contract/topics'
import { type Output, table } from '../output.ts'
import { exitCodes } from '../usage-error.ts'

/** Every topic with what of it is paused, by whom, until when and why. */
export async function listTopics(api: ApiClient, isPausedOnly: boolean, output: Output): Promise<number> {
  const { body } = await api.get('/topics', TopicList)
  const topics = body.topics.filter((row) => !isPausedOnly || pausedParts(row.pause) !== undefined)
  const rows = topics.map(({ topic, owner, queue, deadLetters, pause }) => {
    const parts = pausedParts(pause)
    return [
      topic,
      owner,
      queue.visible,
      deadLetters.open,
      ...(parts ? [parts, pause.by, pause.until, pause.reason] : [null, null, null, null]),
    ]
  })
  output.result(
    { topics },
    table(['topic', 'owner', 'waiting', 'dead letters', 'paused', 'by', 'until', 'why'], rows),
  )
  return exitCodes.done
}

export type PauseChange = {
  /** Undefined: both. */
  part: 'ingest' | 'processing' | undefined
  isPaused: boolean
  until: Date | null
  reason: string
}

/** Pauses or resumes topics one after the other; each against the version just read, so that nobody's change is overwritten. */
export async function changePauses(
  api: ApiClient,
  topics: readonly string[],
  change: PauseChange,
  output: Output,
): Promise<number> {
  const results: (TopicPause & { topic: string })[] = []
  for (const topic of topics) {
    const path = `/topics/${encodeURIComponent(topic)}/pause`
    const { body: seen, etag } = await api.get(path, TopicPause)
    const wanted = {
      ingest: change.part === 'processing' ? seen.ingest : change.isPaused,
      processing: change.part === 'ingest' ? seen.processing : change.isPaused,
      reason: change.reason,
      until: change.until?.toISOString() ?? null,
    }
    const ifMatch = etag === undefined ? {} : { ifMatch: etag }
    const { body } = await api.send('PUT', path, TopicPause, wanted, ifMatch)
    const parts = pausedParts(body)
    results.push({ topic, ...body })
    output.line(
      parts
        ? `${topic}: ${parts} paused${body.until === null ? '' : ` until ${body.until}`}.`
        : `${topic}: nothing is paused.`,
    )
  }
  const count = `${topics.length} ${topics.length === 1 ? 'topic' : 'topics'}`
  output.result({ topics: results }, `${count} ${change.isPaused ? 'paused' : 'resumed'}.`)
  return exitCodes.done
}
