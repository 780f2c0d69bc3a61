import type { TopicPause } from './topic-pause.ts'

/** "ingest", "processing", "ingest and processing"; undefined when nothing is paused. */
export function pausedParts(pause: Pick<TopicPause, 'ingest' | 'processing'>): string | undefined {
  if (pause.ingest && pause.processing) return 'ingest and processing'
  return pause.ingest ? 'ingest' : pause.processing ? 'processing' : undefined
}
