import type { Logger } from '@aws-lambda-powertools/logger'
import { type IndexDeps, indexErrorObject } from './index-error-object.ts'
import { indexRejectManifest, isRejectManifest } from './index-reject-manifest.ts'
import { readObjectEvents } from './read-object-events.ts'

type Announcement = { messageId: string; body: string }

/** Indexes what a batch of announcements names; returns the ids of those that must stay in the queue. Never throws. */
export async function indexErrorObjects(
  announcements: readonly Announcement[],
  deps: IndexDeps & { logger: Pick<Logger, 'info' | 'error'> },
): Promise<string[]> {
  const staying: string[] = []
  for (const { messageId, body } of announcements) {
    try {
      for (const object of readObjectEvents(body)) {
        const result = isRejectManifest(object.key)
          ? await indexRejectManifest(object, deps)
          : await indexErrorObject(object, deps)
        deps.logger.info('indexed', { ...object, ...result })
        if (result.refused > 0) staying.push(messageId)
      }
    } catch (error) {
      staying.push(messageId)
      deps.logger.error('an announcement could not be indexed', {
        sqsMessageId: messageId,
        errorName: error instanceof Error ? error.name : typeof error,
      })
    }
  }
  return [...new Set(staying)]
}
