import type { Logger } from '@aws-lambda-powertools/logger'
import type { Database } from '@lean-ops/common/control-plane/connect'
import type { TopicRegistry } from '@lean-ops/common/topics/topic-registry'
import type { ReadArchive } from '../ingest/message-archive.ts'
import { type Content, contentOf } from '../ingest/prepare-message.ts'
import { type Archivable, type ArchiveDeps, archiveReports } from './archive-reports.ts'
import { findRecordedAttempts } from './find-recorded-attempts.ts'
import { type DrainedMessage, type DrainedRecord, readDrainedMessage } from './read-drained-message.ts'
import { recordInParts } from './record-in-parts.ts'
import { reportDrainedMessage } from './report-drained-message.ts'

export type DrainDeps = ArchiveDeps & {
  db: Database
  registry: TopicRegistry
  lineageSecret: string
  readArchive: ReadArchive
  logger: Pick<Logger, 'error' | 'info'>
  remainingMs(): number
}

/** Kept back for the archive, the transaction and the answer while claim checks are fetched. */
const marginMs = 15_000

/**
 * Dead-letter queue → archive → index, in this order; returns the ids that must stay in the queue. A message leaves the
 * queue only when its bytes are in the archive and its row is committed. Never throws: with S3 or the database down,
 * every message stays.
 */
export async function drainDeadLetters(
  records: readonly DrainedRecord[],
  deps: DrainDeps,
): Promise<string[]> {
  const staying = new Set<string>()
  const stay = (ids: readonly string[], what: string, error: unknown) => {
    for (const id of ids) staying.add(id)
    // Names only: an error's text may quote a payload.
    deps.logger.error(what, { messages: ids.length, sqsMessageId: ids[0], errorName: nameOf(error) })
  }
  try {
    const loaded = await loadContents(records, deps, (id, error) =>
      stay([id], 'a claim check could not be read', error),
    )
    const recorded = await findRecordedAttempts(deps.db, oldestUnexplained(loaded.map((l) => l.drained)))
    const letters = loaded.flatMap(({ drained, content }): Archivable[] => {
      try {
        const report = reportDrainedMessage(
          drained,
          content,
          recorded.get(drained.topic?.topic ?? ''),
          deps.now(),
        )
        return [{ report, lineageText: drained.lineageText, system: systemOf(drained.record) }]
      } catch (error) {
        stay([drained.record.messageId], 'a message could not be read', error)
        return []
      }
    })
    const reports = await archiveReports(letters, deps)
    const { refused, ...counts } = await recordInParts(deps.db, reports)
    for (const { report, error } of refused)
      stay([report.source.replace(/^sqs:/, '')], 'a message could not be recorded', error)
    deps.logger.info('drained', { messages: records.length, staying: staying.size, ...counts })
  } catch (error) {
    stay(
      records.map((r) => r.messageId),
      'the batch could not be drained',
      error,
    )
  }
  return [...staying]
}

type Loaded = { drained: DrainedMessage; content: Content | undefined }

async function loadContents(
  records: readonly DrainedRecord[],
  deps: DrainDeps,
  onFault: (sqsMessageId: string, error: unknown) => void,
): Promise<Loaded[]> {
  const all = await Promise.all(
    records.map(async (record): Promise<Loaded | undefined> => {
      const drained = readDrainedMessage(record, deps.registry, deps.lineageSecret)
      const check = drained.lineage?.claimCheck
      if (!check) return { drained, content: contentOf(record) }
      try {
        const timeoutMs = Math.max(1, deps.remainingMs() - marginMs)
        return { drained, content: await deps.readArchive(check, timeoutMs) }
      } catch (error) {
        onFault(record.messageId, error)
        return undefined
      }
    }),
  )
  return all.filter((l) => l !== undefined)
}

/** Topics with messages that carry no reason, and since when the oldest of them has been under way. */
function oldestUnexplained(messages: readonly DrainedMessage[]): Map<string, Date> {
  const since = new Map<string, Date>()
  for (const { topic, lineage, record } of messages) {
    if (topic === undefined || lineage?.lastFailure) continue
    const sent = new Date(Number(record.attributes.SentTimestamp))
    const known = since.get(topic.topic)
    if (known === undefined || sent < known) since.set(topic.topic, sent)
  }
  return since
}

/** What SQS says beside the message; kept in the archive only. */
const systemOf = (record: DrainedRecord): Record<string, unknown> => ({
  sqsMessageId: record.messageId,
  ...record.attributes,
})

const nameOf = (error: unknown): string => (error instanceof Error ? error.name : typeof error)
